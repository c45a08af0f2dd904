#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/value/encoding.h"
#include "engine/value/json.h"
#include "engine/value/number.h"
#include "engine/value/value_errors.h"

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
  std::string elements;  ///< Of one set.
  std::vector<Entry> entries;

  void reset() {
    bytes.clear();
    entries.clear();
    // One large item must not stay in the memory of every thread.
    constexpr std::size_t keep = 256 * 1024;
    if (bytes.capacity() > keep) bytes.shrink_to_fit();
    if (sorted.capacity() > keep) sorted = {};
    if (elements.capacity() > keep) elements = {};
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

/// Appends values to the scratch bytes, in one pass over the JSON.
class Encoder {
 public:
  explicit Encoder(Scratch& scratch, int levels_max = limits::nesting_levels_max)
      : scratch_(scratch), out_(scratch.bytes), levels_max_(levels_max) {}

  /// `level`: 1 for the value of an attribute of the item.
  void value(JsonView json, int level) {
    if (level > levels_max_) throw nested_too_deep();
    if (json.is_null()) throw no_datatype();
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
    if (!type) throw no_datatype();
    typed(*type, content, level);
  }

  void entries(JsonView json, int level) {
    const std::size_t first_entry = scratch_.entries.size();
    const std::size_t start = out_.size();
    bool is_sorted = true;
    for (const auto& [name, member] : object_of(json)) {
      if (name.empty()) throw empty_attribute_name();
      if (name.size() > limits::attribute_name_bytes_max) {
        throw attribute_name_too_long();
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
  /// What is wrong inside one of them comes first.
  [[noreturn]] void refuse_several(dom::object members, int level) {
    for (const auto& [name, member] : members) {
      const auto type = type_of_member(name);
      if (type && !member.is_null()) typed(*type, member, level);
    }
    throw several_datatypes();
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
        throw null_is_not_true();
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
    std::vector<SetElement> elements = read_elements(type, content);
    if (elements.empty()) throw empty_set(type);
    std::vector<std::string_view> sorted(elements.size());
    std::ranges::transform(elements, sorted.begin(), &SetElement::bytes);
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) throw doubled_elements(type, elements);
    for (const auto element : sorted) {
      if (type != Type::number_set) encoding::append_length(out_, element.size());
      out_.append(element);
    }
  }

  /// They look into the JSON, and into the scratch where that says it in another way.
  std::vector<SetElement> read_elements(Type type, dom::array content) {
    std::vector<SetElement> elements;
    std::string& decoded = scratch_.elements;
    decoded.clear();
    std::vector<std::size_t> ends;
    for (const JsonView json : content) {
      const auto text = string_of(json);
      elements.push_back({text, text});
      if (type == Type::string_set) continue;
      if (type == Type::number_set) {
        Number::append_encoded(decoded, text);
      } else {
        append_binary(decoded, text);
      }
      ends.push_back(decoded.size());
    }
    std::size_t start = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      elements[i].bytes = std::string_view(decoded).substr(start, ends[i] - start);
      start = ends[i];
    }
    return elements;
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
  const int levels_max_;
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
    if (name.empty()) throw empty_attribute_name();
  }
  if (has_too_deep(item, 1)) throw nested_too_deep();
}

}  // namespace

Value value_from_json(JsonView json) {
  Scratch& mine = scratch();
  Encoder(mine).value(json, 1);
  return Value(std::string(mine.bytes));
}

Value deep_value_from_json(JsonView json) {
  Scratch& mine = scratch();
  // The parser of JSON sets a bound of its own.
  Encoder(mine, std::numeric_limits<int>::max()).value(json, 1);
  return Value(std::string(mine.bytes));
}

Item item_from_json(JsonView json) {
  Scratch& mine = scratch();
  try {
    Encoder(mine).entries(json, 1);
  } catch (const ApiError& error) {
    if (error.message == empty_attribute_name().message ||
        error.message == nested_too_deep().message) {
      tell_what_comes_first(json);
    }
    throw;
  }
  return Item(std::string(mine.bytes));
}

}  // namespace engine
