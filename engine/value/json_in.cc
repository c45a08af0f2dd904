#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/value/encoding.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

namespace engine {

namespace {

namespace dom = simdjson::dom;

/// What decoding needs on the way, kept by each thread: items come one after the other.
struct Scratch {
  struct Entry {
    std::string_view name;
    std::size_t start;  ///< In `bytes`, with the name.
    std::size_t size;
  };
  std::string bytes;
  std::string sorted;
  std::vector<Entry> entries;

  void reset() {
    bytes.clear();
    entries.clear();
    // One large item must not stay in the memory of every thread.
    constexpr std::size_t keep = 256 * 1024;
    if (bytes.capacity() > keep) bytes.shrink_to_fit();
    if (sorted.capacity() > keep) sorted = {};
  }
};

Scratch& scratch() {
  thread_local Scratch scratch;
  scratch.reset();
  return scratch;
}

std::optional<Type> type_of_member(std::string_view name) {
  switch (name.size()) {
    case 1:
      switch (name[0]) {
        case 'S':
          return Type::string;
        case 'N':
          return Type::number;
        case 'B':
          return Type::binary;
        case 'M':
          return Type::map;
        case 'L':
          return Type::list;
        default:
          return std::nullopt;
      }
    case 2:
      if (name == "SS") return Type::string_set;
      if (name == "NS") return Type::number_set;
      if (name == "BS") return Type::binary_set;
      return std::nullopt;
    case 4:
      if (name == "BOOL") return Type::boolean;
      if (name == "NULL") return Type::null;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string_view string_of(JsonView json) {
  std::string_view text;
  if (json.get(text) == simdjson::SUCCESS) return text;
  throw serialization_error("Unexpected value type in payload");
}

dom::object object_of(JsonView json) {
  dom::object object;
  if (json.get(object) == simdjson::SUCCESS) return object;
  throw serialization_error("Unexpected value type in payload");
}

dom::array array_of(JsonView json) {
  dom::array array;
  if (json.get(array) == simdjson::SUCCESS) return array;
  throw serialization_error("Unexpected field type");
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool boolean_of(JsonView json) {
  bool value = false;
  if (json.get(value) == simdjson::SUCCESS) return value;
  const auto text = string_of(json);
  for (const auto* yes : {"true", "1", "yes"}) {
    if (equals_ignoring_case(text, yes)) return true;
  }
  for (const auto* no : {"false", "0", "no"}) {
    if (equals_ignoring_case(text, no)) return false;
  }
  throw serialization_error("Unexpected token received from parser");
}

void append_binary(std::string& out, std::string_view text) {
  if (text.size() % 4 != 0) {
    throw serialization_error(
        "Base64 encoded length is expected a multiple of 4 bytes but found: " +
        std::to_string(text.size()));
  }
  if (!append_decoded_base64(out, text)) {
    throw serialization_error("Invalid last non-pad Base64 character dectected");
  }
}

ApiError empty_name() { return validation_error("Empty attribute name"); }

ApiError too_deep() {
  return validation_error(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

/// An element of a set on its way in.
struct Element {
  std::string bytes;      ///< As the set holds it.
  std::string_view text;  ///< As it was sent.
};

/// The members in byte order up to the first that is there twice, then this one, then the rest as
/// they were sent (dynamodb.md 4.2).
ApiError has_duplicates(Type type, const std::vector<Element>& sent) {
  if (type == Type::number_set) {
    return invalid_parameter_values("Input collection contains duplicates.");
  }
  std::vector<Element> shown;
  const auto by_bytes = [](const Element& a, const Element& b) { return a.bytes < b.bytes; };
  std::size_t at = 0;
  for (; at < sent.size(); ++at) {
    const auto place = std::lower_bound(shown.begin(), shown.end(), sent[at], by_bytes);
    if (place != shown.end() && place->bytes == sent[at].bytes) break;
    shown.insert(place, sent[at]);
  }
  shown.insert(shown.end(), sent.begin() + static_cast<std::ptrdiff_t>(at), sent.end());

  std::string list;
  for (const auto& element : shown) {
    if (!list.empty()) list += type == Type::string_set ? ", " : ",";
    list += '"' + std::string(element.text) + '"';
  }
  return invalid_parameter_values("Input collection [" + list +
                                  (type == Type::string_set ? "]" : "]of type BS") +
                                  " contains duplicates.");
}

ApiError empty_set(Type type) {
  switch (type) {
    case Type::string_set:
      return invalid_parameter_values("An string set  may not be empty");
    case Type::number_set:
      return invalid_parameter_values("An number set  may not be empty");
    default:
      return invalid_parameter_values("Binary sets should not be empty");
  }
}

/// Appends values to the scratch bytes, in one pass over the JSON.
class Encoder {
 public:
  explicit Encoder(Scratch& scratch) : scratch_(scratch), out_(scratch.bytes) {}

  /// `level`: 1 for the value of an attribute of the item.
  void value(JsonView json, int level) {
    if (level > limits::nesting_levels_max) throw too_deep();
    if (json.is_null()) throw empty_value();
    const dom::object members = object_of(json);
    std::optional<Type> type;
    JsonView content;
    for (const auto& [name, member] : members) {
      const auto found = type_of_member(name);
      if (!found || member.is_null()) continue;
      if (type && *type != *found) refuse_several(members, level);
      type = found;
      content = member;
    }
    if (!type) throw empty_value();
    typed(*type, content, level);
  }

  void entries(JsonView json, int level) {
    const std::size_t first_entry = scratch_.entries.size();
    const std::size_t start = out_.size();
    bool is_sorted = true;
    for (const auto& [name, member] : object_of(json)) {
      if (name.empty()) throw empty_name();
      if (name.size() > limits::attribute_name_bytes_max) {
        throw validation_error("Attribute name is too large, must be less than 65536 bytes");
      }
      if (scratch_.entries.size() > first_entry && scratch_.entries.back().name >= name) {
        is_sorted = false;
      }
      const std::size_t entry_start = out_.size();
      encoding::append_bytes(out_, name);
      value(member, level);
      scratch_.entries.push_back({name, entry_start, out_.size() - entry_start});
    }
    if (!is_sorted) sort(first_entry, start);
    scratch_.entries.resize(first_entry);
  }

 private:
  static ApiError empty_value() {
    return validation_error(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }

  /// What is wrong inside one of them comes first.
  [[noreturn]] void refuse_several(dom::object members, int level) {
    for (const auto& [name, member] : members) {
      const auto type = type_of_member(name);
      if (type && !member.is_null()) typed(*type, member, level);
    }
    throw validation_error(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
        "supported datatypes");
  }

  void typed(Type type, JsonView content, int level) {
    encoding::append_tag(out_, type);
    switch (type) {
      case Type::string:
        return encoding::append_bytes(out_, string_of(content));
      case Type::number:
        return Number::append_encoded(out_, string_of(content));
      case Type::boolean:
        return out_.push_back(boolean_of(content) ? 1 : 0);
      case Type::null:
        if (boolean_of(content)) return;
        throw invalid_parameter_values("Null attribute value types must have the value of true");
      default:
        break;
    }
    const auto start = encoding::begin_counted(out_);
    if (type == Type::binary) {
      append_binary(out_, string_of(content));
    } else if (type == Type::map) {
      entries(content, level + 1);
    } else if (type == Type::list) {
      for (const JsonView element : array_of(content)) value(element, level + 1);
    } else {
      set(type, array_of(content));
    }
    encoding::end_counted(out_, start);
  }

  void set(Type type, dom::array content) {
    std::vector<Element> elements;
    for (const JsonView json : content) {
      Element element;
      element.text = string_of(json);
      if (type == Type::number_set) {
        Number::append_encoded(element.bytes, element.text);
      } else if (type == Type::binary_set) {
        append_binary(element.bytes, element.text);
      } else {
        element.bytes = element.text;
      }
      elements.push_back(std::move(element));
    }
    if (elements.empty()) throw empty_set(type);

    std::vector<std::string_view> sorted(elements.size());
    std::transform(elements.begin(), elements.end(), sorted.begin(),
                   [](const Element& element) -> std::string_view { return element.bytes; });
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
      throw has_duplicates(type, elements);
    }
    for (const auto element : sorted) {
      if (type != Type::number_set) encoding::append_length(out_, element.size());
      out_.append(element);
    }
  }

  /// Brings the entries from `first_entry` on into the order of their names. Of a name that is
  /// there several times the last one counts.
  void sort(std::size_t first_entry, std::size_t start) {
    const auto begin = scratch_.entries.begin() + static_cast<std::ptrdiff_t>(first_entry);
    const auto end = scratch_.entries.end();
    std::sort(begin, end, [](const auto& a, const auto& b) {
      return std::tie(a.name, a.start) < std::tie(b.name, b.start);
    });
    scratch_.sorted.clear();
    for (auto entry = begin; entry != end; ++entry) {
      if (entry + 1 != end && entry->name == (entry + 1)->name) continue;
      scratch_.sorted.append(out_, entry->start, entry->size);
    }
    out_.replace(start, std::string::npos, scratch_.sorted);
  }

  Scratch& scratch_;
  std::string& out_;
};

bool is_too_deep(JsonView value, int level);

bool has_too_deep(JsonView object_or_array, int level) {
  if (dom::object object; object_or_array.get(object) == simdjson::SUCCESS) {
    for (const auto& [name, member] : object) {
      if (is_too_deep(member, level)) return true;
    }
  }
  if (dom::array array; object_or_array.get(array) == simdjson::SUCCESS) {
    for (const JsonView element : array) {
      if (is_too_deep(element, level)) return true;
    }
  }
  return false;
}

bool is_too_deep(JsonView value, int level) {
  if (level > limits::nesting_levels_max) return true;
  dom::object members;
  if (value.get(members) != simdjson::SUCCESS) return false;
  for (const auto& [name, member] : members) {
    if ((name == "M" || name == "L") && has_too_deep(member, level + 1)) return true;
  }
  return false;
}

/// An empty name at the top is told first, then too deep nesting, then an empty name further down
/// (dynamodb.md 4.2).
void tell_what_comes_first(JsonView item) {
  for (const auto& [name, member] : object_of(item)) {
    if (name.empty()) throw empty_name();
  }
  if (has_too_deep(item, 1)) throw too_deep();
}

}  // namespace

Value value_from_json(JsonView json) {
  Scratch& mine = scratch();
  Encoder(mine).value(json, 1);
  return Value(std::string(mine.bytes));
}

Item item_from_json(JsonView json) {
  Scratch& mine = scratch();
  try {
    Encoder(mine).entries(json, 1);
  } catch (const ApiError& error) {
    if (error.message == empty_name().message || error.message == too_deep().message) {
      tell_what_comes_first(json);
    }
    throw;
  }
  return Item(std::string(mine.bytes));
}

}  // namespace engine
