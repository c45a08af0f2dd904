#pragma once

#include <simdjson.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/api_error.h"
#include "engine/expression/expression.h"
#include "engine/value/json.h"

/// Expressions, items and placeholders as tests write them.
namespace engine {

inline Item item_of(const std::string& json) {
  simdjson::dom::parser parser;
  return item_from_json(parser.parse(json));
}

inline std::string json_of(MapView item) {
  std::string out;
  append_json(out, item);
  return out;
}

/// `{":v": {"N": "1"}}` and `{{"#n", "name"}}`.
inline Placeholders placeholders_of(const std::string& values,
                                    const std::map<std::string, std::string>& names = {}) {
  std::vector<NamePlaceholder> all_names;
  all_names.reserve(names.size());
  for (const auto& [placeholder, name] : names) all_names.push_back({placeholder, name});
  std::vector<ValuePlaceholder> all_values;
  const Item item = item_of(values);
  for (const auto& [name, value] : item.view()) {
    all_values.push_back({std::string(name), Value(value)});
  }
  Placeholders placeholders;
  placeholders.define(std::move(all_names));
  placeholders.define(std::move(all_values));
  return placeholders;
}

/// The message of the ValidationException that `act` throws; `none` if it throws nothing.
template <class Act>
std::string refusal(const Act& act) {
  try {
    act();
  } catch (const ApiError& error) {
    return error.code == "ValidationException" ? error.message : error.code + error.message;
  }
  return "none";
}

}  // namespace engine
