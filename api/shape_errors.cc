#include "api/shape_errors.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "api/member.h"
#include "api/shape_text.h"
#include "api/shape_types.h"
#include "api/wording.h"
#include "engine/api_error.h"

namespace api {

namespace {

constexpr std::string_view name_pattern = "[a-zA-Z0-9_.-]+";

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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool matches_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, is_digit);
}

bool matches_bucket(std::string_view text) {
  const auto is_inner = [](char c) { return is_name_character(c); };
  const auto is_outer = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  return text.size() >= 2 && is_outer(text.front()) && is_outer(text.back()) &&
         std::ranges::all_of(text, is_inner);
}

bool matches_delimiter(std::string_view text) {
  return text.size() == 1 && std::string_view(",;:|\t ").find(text[0]) != std::string_view::npos;
}

/// Printable ASCII, without quotes and commas.
bool matches_header(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != ','; });
}

bool matches_token(std::string_view text) {
  return !text.empty() && text.find('$') == std::string_view::npos;
}

bool matches_page_token(std::string_view text) {
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  return !text.empty() && text.size() % 16 == 0 && std::ranges::all_of(text, is_hex);
}

/// The patterns of members that are no names. Whatever has another pattern is taken for a name.
struct Pattern {
  std::string_view text;
  bool (*matches)(std::string_view text);
};
constexpr Pattern patterns[] = {
    {R"([0-9]{12})", matches_account},   {R"(^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$)", matches_bucket},
    {R"([,;:|\t ])", matches_delimiter}, {R"([\x20-\x21\x23-\x2B\x2D-\x7E]*)", matches_header},
    {R"(^[^\$]+$)", matches_token},      {R"(([0-9a-f]{16})+)", matches_page_token},
};

Pattern pattern_of(std::string_view text) {
  const auto* const found = std::ranges::find(patterns, text, &Pattern::text);
  return found != std::end(patterns) ? *found : Pattern{name_pattern, matches_name_pattern};
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  if (pattern == name_pattern) return matches_name_pattern(text);
  return pattern_of(pattern).matches(text);
}

std::string pattern_told(std::string_view pattern) {
  return "Member must satisfy regular expression pattern: " + std::string(pattern);
}

const std::string pattern_text = pattern_told(name_pattern);

std::string at_least(std::string_view what, long long bound) {
  return "Member must have " + std::string(what) + " greater than or equal to " +
         std::to_string(bound);
}

std::string at_most(std::string_view what, long long bound) {
  return "Member must have " + std::string(what) + " less than or equal to " +
         std::to_string(bound);
}

bool batch_list_fits(const Shape& shape, JsonView list) {
  const auto size = static_cast<long long>(simdjson::dom::array(list).size());
  return size >= 1 && size <= shape.batch_max;
}

/// Goes through an input and collects what it does not keep.
class Constraints {
 public:
  explicit Constraints(const Input& input) : input_(input) {}

  std::vector<Breach> broken_by(JsonView body) {
    for (const Member& member : input_.shape->members) {
      member_ = member.name;
      found_before_ = breaches_.size();
      look_at_member(member, body, std::string(member.path), std::string(member.name));
    }
    return std::move(breaches_);
  }

 private:
  struct Place {
    const Shape& shape;
    JsonView value;
    const std::string& path;
    const std::string& wire_path;
  };

  void look_at_member(const Member& member, JsonView object, const std::string& path,
                      const std::string& wire_path) {
    if (const auto value = member_of(object, member.name)) {
      return look_at({*member.shape, *value, path, wire_path});
    }
    if (member.is_required) add_missing(path);
  }

  void look_at(const Place& place) {
    const auto& [shape, value, path, wire_path] = place;
    if (shape.is_attribute_value) return;
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

  void look_at_string(const Place& place, std::string_view text) {
    const Shape& shape = place.shape;
    if (shape.is_table_name) return look_at_table_name(place, text);
    if (!shape.values.empty()) {
      if (std::ranges::find(shape.values, text) != shape.values.end()) return;
      return add(Breach::Kind::value_set, place,
                 "Member must satisfy enum value set: " + list_text(shape.values));
    }
    if (!shape.pattern.empty() && !matches_pattern(shape.pattern, text)) {
      add(Breach::Kind::form, place, pattern_told(pattern_of(shape.pattern).text));
    }
    look_at_bounds(place, characters_in(text), "length");
  }

  void look_at_table_name(const Place& place, std::string_view text) {
    if (is_plain_table_name(text)) return;
    if (text.empty()) return add(Breach::Kind::bound, place, at_least("length", 1));
    if (is_arn(text)) return add(Breach::Kind::form, place, at_most("length", 1024));
    if (!matches_name_pattern(text)) add(Breach::Kind::form, place, pattern_text);
    if (text.size() > 255) add(Breach::Kind::form, place, at_most("length", 255));
    if (text.size() < 3) {
      add(Breach::Kind::form, place, at_least("length", 3));
      breaches_.back().is_only_of_old_layer = true;
    }
  }

  void look_at_bounds(const Place& place, long long number, std::string_view what) {
    const Shape& shape = place.shape;
    if (number < shape.min) add(Breach::Kind::bound, place, at_least(what, shape.min));
    if (number > shape.max) add(Breach::Kind::bound, place, at_most(what, shape.max));
  }

  void look_at_list(const Place& place) {
    int number = 0;
    for (const JsonView element : simdjson::dom::array(place.value)) {
      if (found_enough()) return;
      look_at_element(place, element, '.' + std::to_string(++number) + ".member");
    }
  }

  void look_at_map(const Place& place) {
    const simdjson::dom::object object = place.value;
    if (place.shape.batch_max != 0) look_at_batch(place, object);
    for (const auto& [key, element] : object) {
      if (found_enough()) return;
      look_at_element(place, element, '.' + std::string(key) + ".member");
    }
  }

  void look_at_element(const Place& place, JsonView element, const std::string& tail) {
    const Shape& shape = *place.shape.element;
    if (!element.is_null()) {
      return look_at({shape, element, place.path + tail, place.wire_path + tail});
    }
    if (!shape.is_attribute_value) add_missing(place.path + tail);
  }

  void look_at_batch(const Place& place, simdjson::dom::object lists) {
    bool keys_fit = true;
    bool lists_fit = true;
    for (const auto& [key, list] : lists) {
      keys_fit = keys_fit && is_plain_table_name(key);
      lists_fit = lists_fit && (list.is_null() || batch_list_fits(place.shape, list));
    }
    if (!keys_fit) {
      add(Breach::Kind::form, place,
          "Map keys must satisfy constraint: [" + at_most("length", 255) + ", " +
              at_least("length", 3) + ", " + pattern_text + "]");
    }
    if (!lists_fit) {
      add(Breach::Kind::form, place,
          "Map value must satisfy constraint: [" + at_most("length", place.shape.batch_max) + ", " +
              at_least("length", 1) + "]");
    }
  }

  /// A request can hold millions of things that are wrong.
  bool found_enough() const { return breaches_.size() - found_before_ >= breaches_told_max; }

  void add_missing(const std::string& path) {
    breaches_.push_back({.kind = Breach::Kind::missing, .member = member_, .path = path});
  }

  void add(Breach::Kind kind, const Place& place, std::string constraint) {
    breaches_.push_back({.kind = kind,
                         .member = member_,
                         .path = place.path,
                         .wire_path = place.wire_path,
                         .value = printed(place.shape, place.value),
                         .constraint = std::move(constraint),
                         .newer_values = place.shape.new_values_text});
  }

  const Input& input_;
  std::string_view member_;
  std::size_t found_before_ = 0;  ///< Before this member.
  std::vector<Breach> breaches_;
};

}  // namespace

void explain(const Input& input, JsonView body) {
  if (!body.is_object()) throw engine::serialization_error("");
  require_types(*input.shape, body);
  std::optional<std::string_view> table_name;
  if (const auto given = member_of(body, "TableName")) table_name = std::string_view(*given);
  if (auto error = table_name_error(input.operation, table_name)) throw *error;
  if (auto error = error_of(input.operation, Constraints(input).broken_by(body))) throw *error;
}

bool string_keeps_bounds(const Shape& shape, std::string_view text) {
  if (!shape.pattern.empty() && !matches_pattern(shape.pattern, text)) return false;
  if (shape.min == LLONG_MIN && shape.max == LLONG_MAX) return true;
  const long long length = characters_in(text);
  return length >= shape.min && length <= shape.max;
}

bool is_plain_table_name(std::string_view text) {
  if (is_arn(text)) return text.size() <= 1024;
  return text.size() >= 3 && text.size() <= 255 && matches_name_pattern(text);
}

bool batch_entry_fits(const Shape& shape, std::string_view key, JsonView list) {
  return is_plain_table_name(key) && batch_list_fits(shape, list);
}

std::optional<bool> boolean_of_text(std::string_view text) {
  std::string lower(text.substr(0, 6));
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower == "true" || lower == "1" || lower == "yes") return true;
  if (lower == "false" || lower == "0" || lower == "no") return false;
  return std::nullopt;
}

}  // namespace api
