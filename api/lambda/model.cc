#include "api/lambda/model.h"

#include <algorithm>
#include <climits>
#include <map>
#include <mutex>
#include <regex>

#include "api/shape.h"

namespace api::lambda {

namespace {

engine::ApiError wrong_type(const Json& value, const Shape& shape) {
  const auto found = [&]() -> std::string {
    if (value.is_string()) return "STRING_VALUE";
    if (value.is_boolean()) return value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE";
    if (value.is_object()) return "START_OBJECT";
    if (value.is_array()) return "START_ARRAY";
    return value.is_number_float() ? "DECIMAL_VALUE" : "NUMBER_VALUE";
  }();
  const auto wanted = [&]() -> std::string {
    if (shape.kind == Kind::string) return "a String";
    if (shape.kind == Kind::integer) return "an Integer";
    if (shape.kind == Kind::boolean) return "a Boolean";
    if (shape.kind == Kind::list) return "a list";
    return shape.kind == Kind::decimal ? "a Timestamp" : "a structure";
  }();
  return engine::serialization_error(found + " can not be converted to " + wanted);
}

bool has_type_of(const Json& value, const Shape& shape) {
  switch (shape.kind) {
    case Kind::string:
      return value.is_string();
    case Kind::integer:
    case Kind::decimal:
      return value.is_number();
    case Kind::boolean:
      return value.is_boolean();
    case Kind::list:
      return value.is_array();
    default:
      return value.is_object();
  }
}

/// `\p{L}` and the like, as in the patterns of tags: letters are not told from other characters
/// outside of ASCII.
bool is_of_tag_characters(std::string_view text) {
  constexpr std::string_view others = " _.:/=+-@";
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return c >= 0x80 || std::isalnum(c) || others.find(static_cast<char>(c)) != others.npos;
  });
}

bool matches(std::string_view pattern, const std::string& text) {
  if (pattern.find("\\p{") != pattern.npos) return is_of_tag_characters(text);
  // What is too long is told by its length; std::regex recurses with the length of its text.
  if (text.size() > 2048) return true;
  static std::mutex mutex;
  static std::map<std::string_view, std::regex> compiled;  // By the texts of constant tables.
  const std::lock_guard lock(mutex);
  auto found = compiled.find(pattern);
  if (found == compiled.end()) {
    found = compiled.emplace(pattern, std::regex(pattern.begin(), pattern.end())).first;
  }
  return std::regex_match(text, found->second);
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string at_least(const std::string& what, long long min) {
  return "Member must have " + what + " greater than or equal to " + std::to_string(min);
}
std::string at_most(const std::string& what, long long max) {
  return "Member must have " + what + " less than or equal to " + std::to_string(max);
}
std::string enum_text(const Shape& shape) {
  return enum_constraint({shape.values.begin(), shape.values.end()});
}
std::string pattern_text(const Shape& shape) {
  return "Member must satisfy regular expression pattern: " + std::string(shape.pattern);
}

/// What a text that is an element of something breaks is told with all that it must satisfy.
std::string all_constraints(const Shape& shape) {
  std::vector<std::string> all;
  if (shape.max != LLONG_MAX) all.push_back(at_most("length", shape.max));
  if (shape.min != LLONG_MIN) all.push_back(at_least("length", shape.min));
  if (!shape.pattern.empty()) all.push_back(pattern_text(shape));
  if (!shape.values.empty()) all.push_back(enum_text(shape));
  std::string text = "[";
  for (const auto& one : all) {
    if (text.size() > 1) text += ", ";
    text += one;
  }
  return text + "]";
}

bool is_one_of(const Shape& shape, const std::string& text) {
  return shape.values.empty() || std::ranges::find(shape.values, text) != shape.values.end();
}

bool holds(const Shape& shape, const std::string& text) {
  const auto length = static_cast<long long>(characters_in(text));
  return length >= shape.min && length <= shape.max && is_one_of(shape, text) &&
         (shape.pattern.empty() || matches(shape.pattern, text));
}

/// `[a, b]`, `{k=v}`
std::string printed(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, element] : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += key + "=";
    text += printed(element);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

class Walk {
 public:
  void value(const Shape& shape, const Json& json, const std::string& path) {
    if (!has_type_of(json, shape)) throw wrong_type(json, shape);
    switch (shape.kind) {
      case Kind::string:
        return text(shape, json.get<std::string>(), path);
      case Kind::integer:
        return number(shape, json, path);
      case Kind::list:
        return list(shape, json, path);
      case Kind::map:
        return map(shape, json, path);
      case Kind::structure:
        return structure(shape, json, path);
      default:
        return;
    }
  }

  void structure(const Shape& shape, const Json& json, const std::string& path) {
    for (const auto& member : shape.members) {
      const auto own =
          path.empty() ? std::string(member.path) : path + "." + std::string(member.path);
      const auto found = json.find(std::string(member.name));
      if (found != json.end() && !found->is_null()) {
        value(*member.shape, *found, own);
      } else if (member.is_required) {
        checks_.add("null", own, "Member must not be null");
      }
    }
  }

  void done() const { checks_.done(); }

 private:
  void text(const Shape& shape, const std::string& text, const std::string& path) {
    const auto length = static_cast<long long>(characters_in(text));
    const auto shown = "'" + text + "'";
    if (length > shape.max) checks_.add(shown, path, at_most("length", shape.max));
    if (length < shape.min) checks_.add(shown, path, at_least("length", shape.min));
    if (!shape.pattern.empty() && !matches(shape.pattern, text)) {
      checks_.add(shown, path, pattern_text(shape));
    }
    if (!is_one_of(shape, text)) checks_.add(shown, path, enum_text(shape));
  }

  void number(const Shape& shape, const Json& json, const std::string& path) {
    const auto number = json.get<double>();
    const auto shown = "'" + json.dump() + "'";
    if (number > static_cast<double>(shape.max)) {
      checks_.add(shown, path, at_most("value", shape.max));
    }
    if (number < static_cast<double>(shape.min)) {
      checks_.add(shown, path, at_least("value", shape.min));
    }
  }

  void size(const Shape& shape, const Json& json, const std::string& path) {
    const auto size = static_cast<long long>(json.size());
    const auto shown = "'" + printed(json) + "'";
    if (size > shape.max) checks_.add(shown, path, at_most("length", shape.max));
    if (size < shape.min) checks_.add(shown, path, at_least("length", shape.min));
  }

  void list(const Shape& shape, const Json& json, const std::string& path) {
    size(shape, json, path);
    std::size_t number = 0;
    bool all_hold = true;
    for (const auto& element : json) {
      if (!has_type_of(element, *shape.element)) throw wrong_type(element, *shape.element);
      const auto own = path + "." + std::to_string(++number) + ".member";
      if (shape.element->kind != Kind::string) {
        value(*shape.element, element, own);
      } else if (!holds(*shape.element, element.get<std::string>())) {
        all_hold = false;
      }
    }
    if (all_hold) return;
    checks_.add("'" + printed(json) + "'", path,
                "Member must satisfy constraint: " + all_constraints(*shape.element));
  }

  void map(const Shape& shape, const Json& json, const std::string& path) {
    size(shape, json, path);
    bool all_keys_hold = true;
    bool all_values_hold = true;
    for (const auto& [key, element] : json.items()) {
      if (!has_type_of(element, *shape.element)) throw wrong_type(element, *shape.element);
      if (!holds(*shape.key, key)) all_keys_hold = false;
      if (shape.element->kind != Kind::string) {
        value(*shape.element, element, path + "." + key + ".member");
      } else if (!holds(*shape.element, element.get<std::string>())) {
        all_values_hold = false;
      }
    }
    const auto shown = "'" + printed(json) + "'";
    if (!all_keys_hold) {
      checks_.add(shown, path, "Map keys must satisfy constraint: " + all_constraints(*shape.key));
    }
    if (!all_values_hold) {
      checks_.add(shown, path,
                  "Map value must satisfy constraint: " + all_constraints(*shape.element));
    }
  }

  Checks checks_;
};

}  // namespace

void check_model(std::string_view operation, const Json& input) {
  Walk walk;
  walk.structure(*input_of("lambda", operation).shape, input, "");
  walk.done();
}

}  // namespace api::lambda
