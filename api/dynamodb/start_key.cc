#include "api/dynamodb/start_key.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/api_error.h"
#include "engine/table/index_keys.h"
#include "engine/table/item_key.h"
#include "engine/value/json.h"
#include "engine/value/value_errors.h"

namespace api {

namespace {

using engine::ApiError;
using engine::validation_error;

const std::string is_invalid = "The provided starting key is invalid";

ApiError invalid(const std::string& why) { return validation_error(is_invalid + ": " + why); }

/// Numbers and doubled elements of sets are told as they are anywhere.
bool is_told_alone(std::string_view message) {
  constexpr std::array<std::string_view, 5> beginnings = {
      "Number ", "Attempting to store more than 38",
      "The parameter cannot be converted to a numeric value", "Input collection",
      "One or more parameter values were invalid: Input collection"};
  return std::ranges::any_of(
      beginnings, [&](std::string_view beginning) { return message.starts_with(beginning); });
}

bool has_names(const engine::Source& source, engine::MapView start_key) {
  const auto& wanted = source.start_attributes();
  return start_key.size() == wanted.size() &&
         std::ranges::all_of(wanted, [&](const auto& attribute) {
           return start_key.find(attribute.name).has_value();
         });
}

void require_values(const engine::Source& source, engine::MapView start_key) {
  for (const auto& attribute : source.start_attributes()) {
    const auto value = start_key.find(attribute.name).value();
    if (value.type() != attribute.type) {
      throw invalid("The provided key element does not match the schema");
    }
    if (engine::key_value_length(value) > 0) continue;
    throw invalid("One or more parameter values are not valid. " + engine::empty_key_text(value) +
                  " Key: " + attribute.name);
  }
}

/// `{p=AttributeValue: {S:x}}`
std::string printed(engine::MapView key) {
  std::string text = "{";
  for (const auto& attribute : key) {
    if (text.size() > 1) text += ", ";
    text += std::string(attribute.name) + "=" + engine::printed_value(attribute.value);
  }
  return text + "}";
}

}  // namespace

engine::Item start_key_from_json(JsonView json) {
  try {
    return engine::item_from_json(json);
  } catch (ApiError& error) {
    if (error.code != "ValidationException" || is_told_alone(error.message)) throw;
    error.message.insert(0, is_invalid + ": ");
    if (!error.older_message.empty()) error.older_message.insert(0, is_invalid + ": ");
    throw;
  }
}

void require_query_start(const engine::Source& source, engine::MapView start_key) {
  if (!has_names(source, start_key)) throw validation_error(is_invalid);
  require_values(source, start_key);
  if (source.index() != nullptr || !source.sort().empty()) return;
  throw validation_error("The provided exclusive start key is invalid: ExclusiveStartKey: " +
                         printed(start_key));
}

void require_start_in(const engine::Source& source, const engine::KeySelection& selection,
                      engine::MapView start_key) {
  for (std::size_t i = 0; i < selection.partition.size(); ++i) {
    const auto& name = source.partition()[i].name;
    if (start_key.find(name).value() == selection.partition[i].view()) continue;
    throw validation_error(
        selection.sort.empty()
            ? "The provided starting key is outside query boundaries based on provided conditions"
            : "The query can return at most one row and cannot be restarted");
  }
  for (std::size_t i = 0; i < selection.sort.size(); ++i) {
    if (selection.sort[i].holds(start_key.find(source.sort()[i].name).value())) continue;
    throw validation_error("The provided starting key does not match the range key predicate");
  }
}

void require_scan_start(const engine::Source& source, engine::MapView start_key) {
  if (!has_names(source, start_key)) {
    if (source.index() != nullptr) throw validation_error(is_invalid);
    throw invalid("The provided key element does not match the schema");
  }
  require_values(source, start_key);
}

void require_start_in(const engine::KeyRange& segment_range, std::string_view key,
                      std::size_t segment, std::size_t total) {
  const auto& [from, to] = segment_range;
  if (key >= from && (to.empty() || key < to)) return;
  throw invalid(
      "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
      "TotalSegments: " +
      std::to_string(total) + " Segment: " + std::to_string(segment));
}

}  // namespace api
