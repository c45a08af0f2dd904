#include "api/dynamodb/search_members.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "engine/api_error.h"

namespace api {

namespace {

using Type = simdjson::dom::element_type;

enum class Wanted { text, sequence, number };

struct RequiredMember {
  std::string_view name;
  Wanted wanted = Wanted::text;
  std::string_view wanted_text;
};

constexpr std::array<RequiredMember, 4> required_members = {{
    {"TableName", Wanted::text, "a string"},
    {"IndexName", Wanted::text, "a string"},
    {"SearchVector", Wanted::sequence, "a sequence"},
    {"TopK", Wanted::number, "i32"},
}};

/// Walks over the text of a JSON value that is known to be well-formed.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  std::size_t place() const { return at_; }
  bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }
  void step() { ++at_; }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  void skip_value() {
    skip_space();
    int depth = 0;
    do {
      if (is_at('"')) {
        skip_string();
      } else if (is_at('{') || is_at('[')) {
        ++depth;
        ++at_;
      } else if (is_at('}') || is_at(']')) {
        --depth;
        ++at_;
      } else if (is_at(',') || is_at(':')) {
        ++at_;
      } else {
        skip_word();
      }
      if (depth > 0) skip_space();
    } while (depth > 0 && at_ < text_.size());
  }

 private:
  void skip_string() {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    ++at_;
  }

  /// A number, or one of the three words.
  void skip_word() {
    while (at_ < text_.size() &&
           std::string_view(",:]} \t\r\n").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// ` at line 1 column 20`: so many bytes of the line have been read.
std::string place_text(std::string_view text, std::size_t place) {
  const auto read = text.substr(0, place);
  const auto lines = std::ranges::count(read, '\n');
  const auto line_start = read.rfind('\n');
  const auto column = line_start == std::string_view::npos ? place : place - line_start - 1;
  return " at line " + std::to_string(lines + 1) + " column " + std::to_string(column);
}

/// Where the reader stands after the value of a member, given by its place among the members; of a
/// list or a map, before it. Without such a member, behind the object.
std::size_t place_after(std::string_view text, std::size_t member) {
  Walk walk(text);
  walk.skip_space();
  walk.step();
  for (std::size_t number = 0;; ++number) {
    walk.skip_space();
    if (walk.is_at(',')) {
      walk.step();
      walk.skip_space();
    }
    if (walk.is_at('}') || walk.place() >= text.size()) return walk.place() + 1;
    walk.skip_value();
    walk.skip_space();
    walk.step();
    walk.skip_space();
    const bool is_nested = walk.is_at('{') || walk.is_at('[');
    if (number == member && is_nested) return walk.place();
    walk.skip_value();
    if (number == member) return walk.place();
  }
}

std::string number_text(JsonView value) {
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS) return "integer `" + std::to_string(number) + "`";
  return "floating point `" + simdjson::minify(value) + "`";
}

std::string text_of(JsonView value) {
  switch (value.type()) {
    case Type::NULL_VALUE:
      return "null";
    case Type::BOOL:
      return std::string("boolean `") + (bool(value) ? "true" : "false") + "`";
    case Type::STRING:
      return "string \"" + std::string(std::string_view(value)) + "\"";
    case Type::ARRAY:
      return "sequence";
    case Type::OBJECT:
      return "map";
    default:
      return number_text(value);
  }
}

bool is_of_type(Wanted wanted, JsonView value) {
  switch (wanted) {
    case Wanted::text:
      return value.is_string();
    case Wanted::sequence:
      return value.is_array();
    case Wanted::number: {
      std::int64_t number = 0;
      return value.get(number) == simdjson::SUCCESS && number >= INT_MIN && number <= INT_MAX;
    }
  }
  return false;
}

}  // namespace

void check_search_members(const Call& call) {
  const simdjson::dom::object members = call.body;
  std::size_t number = 0;
  std::array<bool, required_members.size()> is_there{};
  for (const auto& [name, value] : members) {
    const auto required = std::ranges::find(required_members, name, &RequiredMember::name);
    if (required != required_members.end()) {
      is_there[static_cast<std::size_t>(required - required_members.begin())] = true;
      if (!is_of_type(required->wanted, value)) {
        const bool is_out_of_range = required->wanted == Wanted::number && value.is_int64();
        throw engine::serialization_error(
            std::string(is_out_of_range ? "invalid value: " : "invalid type: ") + text_of(value) +
            ", expected " + std::string(required->wanted_text) +
            place_text(call.text, place_after(call.text, number)));
      }
    }
    ++number;
  }
  for (std::size_t i = 0; i < required_members.size(); ++i) {
    if (is_there[i]) continue;
    throw engine::validation_error("missing field `" + std::string(required_members[i].name) + "`" +
                                   place_text(call.text, place_after(call.text, number)));
  }
}

}  // namespace api
