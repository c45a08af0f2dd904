#include "api/shape_errors.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "api/shape_text.h"
#include "api/shape_types.h"
#include "api/wording.h"
#include "engine/api_error.h"

namespace api {

namespace {

constexpr std::string_view name_pattern = "[a-zA-Z0-9_.-]+";
constexpr std::size_t errors_max = 10;

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-';
}

bool matches_name_pattern(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character);
}

long long characters_in(std::string_view utf8) {
  return std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; });
}

bool is_arn(std::string_view text) { return text.starts_with("arn:"); }

/// Operations that manage tables speak of a bad `TableName` before they look at anything else.
bool is_control_operation(std::string_view operation) { return operation.ends_with("Table"); }

struct Error {
  std::string_view member;  ///< Of the input.
  std::string text;
};

/// Goes through an input and collects what does not hold.
class Constraints {
 public:
  Constraints(const Input& input, bool is_new) : input_(input), is_new_(is_new) {}

  bool misses_a_member() const { return misses_a_member_; }

  std::vector<Error> of(JsonView body) {
    for (const Member& member : input_.shape->members) {
      member_ = member.name;
      look_at_member(member, body, std::string(member.path), std::string(member.name));
    }
    return std::move(errors_);
  }

 private:
  void look_at_member(const Member& member, JsonView object, const std::string& path,
                      const std::string& wire_path) {
    JsonView value;
    if (object[member.name].get(value) == simdjson::SUCCESS && !value.is_null()) {
      return look_at(*member.shape, value, path, wire_path);
    }
    if (!member.is_required) return;
    misses_a_member_ = true;
    add("Value null at '" + path + "' failed to satisfy constraint: Member must not be null");
  }

  void look_at(const Shape& shape, JsonView value, const std::string& path,
               const std::string& wire_path) {
    if (shape.is_attribute_value) return;
    const Place place{shape, value, path, wire_path};
    switch (shape.kind) {
      case Kind::string:
        return look_at_string(place, std::string_view(value));
      case Kind::integer:
      case Kind::long_integer:
        return look_at_bounds(place, integer_of(value), "value");
      case Kind::list:
        look_at_bounds(place, static_cast<long long>(simdjson::dom::array(value).size()), "length");
        return look_at_list(place);
      case Kind::map:
        look_at_bounds(place, static_cast<long long>(simdjson::dom::object(value).size()),
                       "length");
        return look_at_map(place);
      case Kind::structure:
        for (const Member& member : shape.members) {
          look_at_member(member, value, path + '.' + std::string(member.path),
                         wire_path + '.' + std::string(member.name));
        }
        return;
      default:
        return;
    }
  }

  struct Place {
    const Shape& shape;
    JsonView value;
    const std::string& path;
    const std::string& wire_path;
  };

  void look_at_string(const Place& place, std::string_view text) {
    if (place.shape.is_table_name) return look_at_table_name(place, text);
    if (!place.shape.values.empty()) {
      if (std::ranges::find(place.shape.values, text) != place.shape.values.end()) return;
      if (is_new_ && !place.shape.new_values_text.empty()) {
        return add("Failed to satisfy constraint: Member must satisfy enum value set: " +
                   std::string(place.shape.new_values_text));
      }
      return add_old(place, "Member must satisfy enum value set: " + list_text(place.shape.values));
    }
    if (!place.shape.pattern.empty() && !matches_name_pattern(text)) {
      add_old(place, pattern_text());
    }
    look_at_bounds(place, characters_in(text), "length");
  }

  void look_at_table_name(const Place& place, std::string_view text) {
    if (is_plain_table_name(text)) return;
    const auto length = static_cast<long long>(text.size());
    if (length == 0) return add_bound(place, "length greater than or equal to 1");
    if (is_arn(text)) return add_old(place, "Member must have length less than or equal to 1024");
    if (!matches_name_pattern(text)) add_old(place, pattern_text());
    if (length > 255) add_old(place, "Member must have length less than or equal to 255");
    if (length < 3 && !is_new_) {
      add_old(place, "Member must have length greater than or equal to 3");
    }
  }

  void look_at_bounds(const Place& place, long long number, const std::string& what) {
    if (number < place.shape.min) {
      add_bound(place, what + " greater than or equal to " + std::to_string(place.shape.min));
    }
    if (number > place.shape.max) {
      add_bound(place, what + " less than or equal to " + std::to_string(place.shape.max));
    }
  }

  void look_at_list(const Place& place) {
    int number = 0;
    for (const JsonView element : simdjson::dom::array(place.value)) {
      const std::string tail = '.' + std::to_string(++number) + ".member";
      look_at_element(place, element, tail);
    }
  }

  void look_at_map(const Place& place) {
    const simdjson::dom::object object = place.value;
    if (place.shape.batch_max != 0) look_at_batch(place, object);
    for (const auto& [key, element] : object) {
      look_at_element(place, element, '.' + std::string(key) + ".member");
    }
  }

  void look_at_element(const Place& place, JsonView element, const std::string& tail) {
    const Shape& shape = *place.shape.element;
    if (!element.is_null()) {
      return look_at(shape, element, place.path + tail, place.wire_path + tail);
    }
    if (shape.is_attribute_value) return;
    add("Value null at '" + place.path + tail +
        "' failed to satisfy constraint: Member must not be null");
  }

  void look_at_batch(const Place& place, simdjson::dom::object lists) {
    bool keys_fit = true;
    bool lists_fit = true;
    for (const auto& [key, list] : lists) {
      keys_fit = keys_fit && is_plain_table_name(key);
      lists_fit = lists_fit && (list.is_null() || batch_list_fits(place.shape, list));
    }
    if (!keys_fit) {
      add_old(place,
              "Map keys must satisfy constraint: [Member must have length less than or equal to "
              "255, Member must have length greater than or equal to 3, " +
                  pattern_text() + "]");
    }
    if (!lists_fit) {
      add_old(place,
              "Map value must satisfy constraint: [Member must have length less than or equal to " +
                  std::to_string(place.shape.batch_max) +
                  ", Member must have length greater than or equal to 1]");
    }
  }

  static std::string pattern_text() {
    return "Member must satisfy regular expression pattern: " + std::string(name_pattern);
  }

  static bool batch_list_fits(const Shape& shape, JsonView list) {
    const auto size = static_cast<long long>(simdjson::dom::array(list).size());
    return size >= 1 && size <= shape.batch_max;
  }

  void add(std::string text) { errors_.push_back({member_, std::move(text)}); }

  void add_old(const Place& place, const std::string& constraint) {
    add("Value '" + printed(place.shape, place.value) + "' at '" + place.path +
        "' failed to satisfy constraint: " + constraint);
  }

  void add_bound(const Place& place, const std::string& bound) {
    const std::string constraint = "Member must have " + bound;
    if (!is_new_) return add_old(place, constraint);
    add("Value at '" + place.wire_path + "' failed to satisfy constraint: " + constraint);
  }

  const Input& input_;
  bool is_new_;
  bool misses_a_member_ = false;
  std::string_view member_;
  std::vector<Error> errors_;
};

/// Some members, when they are wrong, are reported without the others (dynamodb.md 3.5).
bool stands_alone(const Input& input, const Error& error, bool misses_a_member) {
  if (input.operation == "PutItem") {
    return error.text.starts_with("Value at 'TableName' failed") ||
           error.text.starts_with("Value '' at 'tableName' failed");
  }
  if (input.operation == "UpdateItem") {
    return error.member == "ReturnValues" && !misses_a_member;
  }
  if (input.operation == "BatchWriteItem") return error.member != "RequestItems";
  return false;
}

void require_constraints(const Input& input, JsonView body) {
  const bool is_new = layer_of(input.operation) != Layer::old_layer;
  Constraints constraints(input, is_new);
  auto errors = constraints.of(body);
  const bool misses_a_member = constraints.misses_a_member();
  if (is_new && misses_a_member) errors = Constraints(input, false).of(body);
  if (errors.empty()) return;

  std::vector<Error> alone;
  std::ranges::copy_if(errors, std::back_inserter(alone), [&](const Error& error) {
    return stands_alone(input, error, misses_a_member);
  });
  if (!alone.empty()) errors = std::move(alone);
  if (errors.size() > errors_max) errors.resize(errors_max);
  std::string message = std::to_string(errors.size()) +
                        (errors.size() == 1 ? " validation error" : " validation errors") +
                        " detected: ";
  for (const Error& error : errors) {
    if (&error != &errors.front()) message += "; ";
    message += error.text;
  }
  throw engine::validation_error(std::move(message));
}

/// dynamodb.md 3.4, the rows of the operations that manage tables.
void require_table_name(const Input& input, JsonView body) {
  if (!is_control_operation(input.operation)) return;
  JsonView name;
  if (body["TableName"].get(name) != simdjson::SUCCESS || name.is_null()) {
    throw engine::validation_error(
        "The parameter 'TableName' is required but was not present in the request");
  }
  const std::string_view text = name;
  if (input.operation == "CreateTable" || text.empty() || is_arn(text)) return;
  if (text.size() < 3 || text.size() > 255) {
    throw engine::validation_error(
        "TableName must be at least 3 characters long and at most 255 characters long");
  }
}

}  // namespace

void explain(const Input& input, JsonView body) {
  if (!body.is_object()) throw engine::serialization_error("");
  require_types(*input.shape, body);
  require_table_name(input, body);
  require_constraints(input, body);
}

bool string_keeps_bounds(const Shape& shape, std::string_view text) {
  if (!shape.pattern.empty() && !matches_name_pattern(text)) return false;
  if (shape.min == LLONG_MIN && shape.max == LLONG_MAX) return true;
  const long long length = characters_in(text);
  return length >= shape.min && length <= shape.max;
}

bool is_plain_table_name(std::string_view text) {
  if (is_arn(text)) return text.size() <= 1024;
  return text.size() >= 3 && text.size() <= 255 && matches_name_pattern(text);
}

bool batch_entry_fits(const Shape& shape, std::string_view key, JsonView list) {
  const auto size = static_cast<long long>(simdjson::dom::array(list).size());
  return is_plain_table_name(key) && size >= 1 && size <= shape.batch_max;
}

std::optional<bool> boolean_of_text(std::string_view text) {
  std::string lower(text.substr(0, 6));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "true" || lower == "1" || lower == "yes") return true;
  if (lower == "false" || lower == "0" || lower == "no") return false;
  return std::nullopt;
}

}  // namespace api
