#include "engine/backup/item_text.h"

#include <simdjson.h>

#include <algorithm>
#include <set>

#include "engine/api_error.h"
#include "engine/value/json.h"

namespace engine {

Item item_of_json_line(std::string_view line) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::object object;
  simdjson::dom::element item;
  const auto parsed = parser.parse(simdjson::padded_string(line)).get(object);
  if (parsed != simdjson::SUCCESS) throw validation_error("The line is not a JSON object");
  if (object["Item"].get(item) != simdjson::SUCCESS) throw validation_error("Item is missing");
  return item_from_json(item);
}

std::vector<std::string> CsvReader::values_of(std::string_view line) const {
  if (!simdjson::validate_utf8(line.data(), line.size())) {
    throw validation_error("The line is not UTF-8");
  }
  std::vector<std::string> values(1);
  bool is_quoted = false;
  bool was_quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (is_quoted && c == '"') {
      const bool is_doubled = at + 1 < line.size() && line[at + 1] == '"';
      if (is_doubled) {
        values.back().push_back(line[++at]);
      } else {
        is_quoted = false;
      }
    } else if (!is_quoted && c == delimiter_) {
      values.emplace_back();
      was_quoted = false;
    } else if (!is_quoted && c == '"' && values.back().empty() && !was_quoted) {
      is_quoted = was_quoted = true;
    } else if (!is_quoted && (c == '"' || was_quoted)) {
      throw validation_error("A double quote is not escaped");
    } else {
      values.back().push_back(c);
    }
  }
  if (is_quoted) throw validation_error("A double quote is not closed");
  return values;
}

Value CsvReader::value_of(std::string_view name, std::string_view text) const {
  const auto& keys = table_.attribute_definitions;
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const KeyAttribute& other) { return other.name == name; });
  if (key == keys.end() || key->type == Type::string) return Value::string(text);
  if (key->type == Type::number) return Value::number(text);
  const auto bytes = decode_base64(text);
  if (!bytes) throw validation_error("The value of " + std::string(name) + " is not base64");
  return Value::binary(*bytes);
}

Item CsvReader::item_of(std::string_view line) const {
  const auto values = values_of(line);
  if (values.size() != names_.size()) {
    throw validation_error("The line has " + std::to_string(values.size()) +
                           " values, the header " + std::to_string(names_.size()));
  }
  std::vector<std::pair<std::string, Value>> attributes;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (names_[i].empty() || !seen.insert(names_[i]).second) {
      throw validation_error("The header has an empty name, or one twice");
    }
    attributes.emplace_back(names_[i], value_of(names_[i], values[i]));
  }
  return Item::of(std::move(attributes));
}

}  // namespace engine
