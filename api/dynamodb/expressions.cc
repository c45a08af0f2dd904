#include "api/dynamodb/expressions.h"

#include <map>

#include "engine/value/json.h"

namespace api {

namespace {

using engine::validation_error;

/// Reads one of the two maps; `read` makes an entry of it.
template <typename T, typename Read>
std::map<std::string, T> entries_of(const std::optional<JsonView>& json, const std::string& name,
                                    Read read) {
  std::map<std::string, T> entries;
  if (!json) return entries;
  const simdjson::dom::object object = *json;
  if (object.size() == 0) throw validation_error(name + " must not be empty");
  for (const auto& [key, value] : object) entries.emplace(key, read(value));
  return entries;
}

std::string name_of(JsonView json) {
  std::string_view text;
  if (json.get(text) != simdjson::SUCCESS) return "";
  return std::string(text);
}

void append_to_list(std::string& list, std::string_view name) {
  if (!list.empty()) list += ", ";
  list += name;
}

}  // namespace

void Expressions::require_scalar_keys(const engine::Table& table) const {
  const auto require = [&](const std::string& name) {
    if (update) update->require_scalar_key(name);
    if (condition) condition->require_scalar_key(name);
    if (projection) projection->require_scalar_key(name);
  };
  require(table.key.partition.name);
  if (table.key.sort) require(table.key.sort->name);
}

void ExpressionParameters::take(std::string_view name, JsonView value) {
  if (name == "ConditionExpression") {
    condition = std::string_view(value);
  } else if (name == "UpdateExpression") {
    update = std::string_view(value);
  } else if (name == "ProjectionExpression") {
    projection = std::string_view(value);
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
  if (!has_expression() && (names || values)) {
    throw in_words_of(
        layer, validation_error(std::string("ExpressionAttribute") + (names ? "Names" : "Values") +
                                " can only be specified when using expressions"));
  }
  checked(layer, [&] { legacy.require_conditions_to_join(); });
}

Expressions ExpressionParameters::parse() const {
  Expressions parsed;
  if (!legacy.empty()) {
    parsed.update = legacy.update();
    parsed.condition = legacy.condition();
    parsed.projection = legacy.projection();
  }
  if (!has_expression()) return parsed;
  auto name_map = entries_of<std::string>(names, "ExpressionAttributeNames", name_of);
  auto value_map =
      entries_of<engine::Value>(values, "ExpressionAttributeValues", engine::value_from_json);
  engine::Placeholders placeholders(std::move(name_map), std::move(value_map));
  if (update) parsed.update = engine::Update::parse(*update, placeholders);
  if (condition) {
    parsed.condition =
        engine::Condition::parse(engine::ConditionKind::condition, *condition, placeholders);
  }
  if (projection) parsed.projection = engine::Projection::parse(*projection, placeholders);
  placeholders.require_all_used();
  return parsed;
}

}  // namespace api
