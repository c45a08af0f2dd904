#include "api/dynamodb/expressions.h"

#include <utility>
#include <vector>

#include "engine/value/json.h"
#include "engine/write/item_update.h"

namespace api {

namespace {

using engine::validation_error;

simdjson::dom::object entries_of(JsonView json, const char* parameter) {
  const simdjson::dom::object entries = json;
  if (entries.size() == 0) throw validation_error(std::string(parameter) + " must not be empty");
  return entries;
}

std::string name_of(JsonView json) {
  std::string_view text;
  if (json.get(text) != simdjson::SUCCESS) return "";
  return std::string(text);
}

engine::Value value_of(JsonView json, std::string_view placeholder, bool may_be_deep) {
  try {
    return may_be_deep ? engine::deep_value_from_json(json) : engine::value_from_json(json);
  } catch (const engine::ApiError& error) {
    throw with_placeholder(error, placeholder);
  }
}

void append_to_list(std::string& list, std::string_view name) {
  if (!list.empty()) list += ", ";
  list += name;
}

}  // namespace

void Expressions::require_scalar_keys(const engine::Table& table) const {
  if (update) engine::require_scalar_keys(*update, table);
  if (condition) engine::require_scalar_keys(*condition, table);
  if (projection) engine::require_scalar_keys(*projection, table);
  if (filter) engine::require_scalar_keys(*filter, table);
}

void ExpressionParameters::take(std::string_view name, JsonView value) {
  if (name == "ConditionExpression") {
    condition = std::string_view(value);
  } else if (name == "UpdateExpression") {
    update = std::string_view(value);
  } else if (name == "ProjectionExpression") {
    projection = std::string_view(value);
  } else if (name == "FilterExpression") {
    filter = std::string_view(value);
  } else if (name == "KeyConditionExpression") {
    key_condition = std::string_view(value);
  } else if (name == "SearchConditionExpression") {
    search_condition = std::string_view(value);
  } else if (name == "ExpressionAttributeNames") {
    names = value;
  } else if (name == "ExpressionAttributeValues") {
    values = value;
  } else {
    legacy.take(name, value);
  }
}

std::string ExpressionParameters::expression_names() const {
  std::string list;
  if (projection) append_to_list(list, "ProjectionExpression");
  if (update) append_to_list(list, "UpdateExpression");
  if (condition) append_to_list(list, "ConditionExpression");
  if (filter) append_to_list(list, "FilterExpression");
  if (key_condition) append_to_list(list, "KeyConditionExpression");
  if (search_condition) append_to_list(list, "SearchConditionExpression");
  return list;
}

void ExpressionParameters::require_sense(Layer layer) const {
  if (!legacy.empty() && has_expression()) {
    throw in_words_of(
        layer,
        validation_error("Can not use both expression and non-expression parameters in the "
                         "same request: Non-expression parameters: {" +
                         legacy.names() + "} Expression parameters: {" + expression_names() + "}"));
  }
  const auto require_expression = [&](const std::string& parameter, std::string_view missing) {
    std::string message = parameter + " can only be specified when using expressions";
    if (!missing.empty()) message.append(": ").append(missing);
    throw in_words_of(layer, validation_error(message));
  };
  if (names && !has_expression()) require_expression("ExpressionAttributeNames", "");
  if (values && !has_condition()) {
    require_expression("ExpressionAttributeValues", missing_for_values);
  }
  checked(layer, [&] { legacy.require_conditions_to_join(); });
}

/// Names first, and of each map all keys first.
engine::Placeholders ExpressionParameters::placeholders() const {
  engine::Placeholders placeholders;
  if (names) {
    std::vector<engine::NamePlaceholder> entries;
    for (const auto& [key, name] : entries_of(*names, "ExpressionAttributeNames")) {
      entries.push_back({std::string(key), name_of(name)});
    }
    placeholders.define(std::move(entries));
  }
  if (values) {
    const auto object = entries_of(*values, "ExpressionAttributeValues");
    for (const auto& entry : object) engine::Placeholders::check_value_key(entry.key);
    std::vector<engine::ValuePlaceholder> entries;
    for (const auto& [key, value] : object) {
      entries.push_back({std::string(key), value_of(value, key, values_may_be_deep)});
    }
    placeholders.define(std::move(entries));
  }
  return placeholders;
}

Expressions ExpressionParameters::parse() const {
  Expressions parsed;
  if (!legacy.empty()) {
    parsed.update = legacy.update();
    parsed.condition = legacy.condition();
    parsed.filter = legacy.filter_condition();
    parsed.projection = legacy.projection();
  }
  if (!has_expression()) return parsed;
  engine::Placeholders placeholders = this->placeholders();
  if (update) parsed.update = engine::Update::parse(*update, placeholders);
  if (condition) {
    parsed.condition =
        engine::Condition::parse(engine::ConditionKind::condition, *condition, placeholders);
  }
  if (key_condition) {
    parsed.key_clauses = engine::parse_key_condition(*key_condition, placeholders);
  }
  if (search_condition) {
    parsed.search_condition = engine::parse_search_condition(*search_condition, placeholders);
  }
  if (filter) {
    parsed.filter = engine::Condition::parse(engine::ConditionKind::filter, *filter, placeholders);
  }
  if (projection) parsed.projection = engine::Projection::parse(*projection, placeholders);
  placeholders.require_all_used();
  return parsed;
}

}  // namespace api
