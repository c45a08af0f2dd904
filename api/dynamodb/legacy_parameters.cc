#include "api/dynamodb/legacy_parameters.h"

#include <map>
#include <set>
#include <utility>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::AttributeCondition;
using engine::AttributeUpdate;
using engine::invalid_parameter_values;
using engine::validation_error;

bool is_empty_map(JsonView value) { return simdjson::dom::object(value).size() == 0; }

/// An entry of `Expected`, which is either a `Condition` or says what value there has to be.
struct Expectation {
  explicit Expectation(const MapEntry& entry)
      : attribute(entry.name),
        comparison(member_of(entry.value, "ComparisonOperator")),
        values(member_of(entry.value, "AttributeValueList")),
        value(member_of(entry.value, "Value")),
        exists(member_of(entry.value, "Exists")) {}

  std::string attribute;
  std::optional<JsonView> comparison;
  std::optional<JsonView> values;
  std::optional<JsonView> value;
  std::optional<JsonView> exists;

  /// Throws if members do not go together, or one is missing.
  void require_members() const;
  bool needs_no_value() const;
};

bool Expectation::needs_no_value() const {
  if (!comparison) return exists && !boolean_of(*exists);
  const std::string_view name = *comparison;
  return name == "NULL" || name == "NOT_NULL";
}

void Expectation::require_members() const {
  const std::string for_attribute = " for Attribute: " + attribute;
  if (value && values) {
    throw invalid_parameter_values("Value and AttributeValueList cannot be used together" +
                                   for_attribute);
  }
  if (comparison) {
    if (exists) {
      throw invalid_parameter_values("Exists and ComparisonOperator cannot be used together" +
                                     for_attribute);
    }
    if (value || values || needs_no_value()) return;
    throw invalid_parameter_values(
        "Value or AttributeValueList must be used with ComparisonOperator: " +
        std::string(std::string_view(*comparison)) + for_attribute);
  }
  if (values) {
    throw invalid_parameter_values("AttributeValueList can only be used with a ComparisonOperator" +
                                   for_attribute);
  }
  if (!value && !needs_no_value()) {
    throw invalid_parameter_values("Value must be provided when Exists is " +
                                   std::string(exists ? "true" : "null") + for_attribute);
  }
  if (value && needs_no_value()) {
    throw invalid_parameter_values("Value cannot be used when Exists is false" + for_attribute);
  }
}

AttributeCondition expected_condition_of(const MapEntry& entry) {
  const Expectation expectation(entry);
  expectation.require_members();
  AttributeCondition condition = attribute_condition_of(entry);
  if (expectation.value) condition.values.push_back(engine::value_from_json(*expectation.value));
  if (!expectation.comparison && !expectation.value) {
    condition.comparison = engine::ComparisonOperator::not_exists;
  }
  return condition;
}

AttributeUpdate::Action action_of(const std::optional<JsonView>& name) {
  if (!name || std::string_view(*name) == "PUT") return AttributeUpdate::Action::put;
  return std::string_view(*name) == "ADD" ? AttributeUpdate::Action::add
                                          : AttributeUpdate::Action::remove;
}

void append_name(std::string& list, bool is_there, std::string_view name) {
  if (!is_there) return;
  if (!list.empty()) list += ", ";
  list += name;
}

}  // namespace

std::vector<MapEntry> map_entries(JsonView map) {
  std::vector<MapEntry> entries;
  std::map<std::string_view, std::size_t> places;
  for (const auto& [name, value] : simdjson::dom::object(map)) {
    const auto [place, is_new] = places.emplace(name, entries.size());
    if (is_new) {
      entries.push_back({name, value});
    } else {
      entries[place->second].value = value;
    }
  }
  return entries;
}

AttributeCondition attribute_condition_of(const MapEntry& entry) {
  AttributeCondition condition{.attribute = std::string(entry.name)};
  if (const auto name = member_of(entry.value, "ComparisonOperator")) {
    condition.comparison = engine::comparison_operator_of(std::string_view(*name));
  }
  if (const auto values = member_of(entry.value, "AttributeValueList")) {
    for (const JsonView value : simdjson::dom::array(*values)) {
      condition.values.push_back(engine::value_from_json(value));
    }
  }
  return condition;
}

void LegacyParameters::take(std::string_view name, JsonView value) {
  if (name == "AttributesToGet") {
    attributes_to_get = value;
  } else if (name == "AttributeUpdates") {
    attribute_updates = value;
  } else if (name == "Expected") {
    if (!is_empty_map(value)) expected = value;
  } else if (name == "QueryFilter" || name == "ScanFilter") {
    if (is_empty_map(value)) return;
    filter = value;
    filter_name = name;
  } else if (name == "KeyConditions") {
    key_conditions = value;
  } else if (name == "ConditionalOperator") {
    conditional_operator = std::string_view(value);
  }
}

bool LegacyParameters::empty() const {
  return !attributes_to_get && !attribute_updates && !expected && !filter && !key_conditions &&
         !conditional_operator;
}

std::string LegacyParameters::names() const {
  std::string list;
  append_name(list, attributes_to_get.has_value(), "AttributesToGet");
  append_name(list, attribute_updates.has_value(), "AttributeUpdates");
  append_name(list, expected.has_value(), "Expected");
  append_name(list, filter.has_value(), filter_name);
  append_name(list, conditional_operator.has_value(), "ConditionalOperator");
  append_name(list, key_conditions.has_value(), "KeyConditions");
  return list;
}

void LegacyParameters::require_conditions_to_join() const {
  if (!conditional_operator) return;
  const auto& joined = expected ? expected : filter;
  if (!joined) {
    throw validation_error("ConditionalOperator cannot be used without Filter or Expected");
  }
  if (map_entries(*joined).size() < 2) {
    throw validation_error(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements");
  }
}

std::optional<engine::Update> LegacyParameters::update() const {
  std::vector<AttributeUpdate> updates;
  if (!attribute_updates) return std::nullopt;
  for (const MapEntry& entry : map_entries(*attribute_updates)) {
    AttributeUpdate update{.attribute = std::string(entry.name),
                           .action = action_of(member_of(entry.value, "Action"))};
    if (const auto value = member_of(entry.value, "Value")) {
      update.value = engine::value_from_json(*value);
    }
    update.require_sense();
    updates.push_back(std::move(update));
  }
  if (updates.empty()) return std::nullopt;
  return engine::update_of(std::move(updates));
}

std::optional<engine::Condition> LegacyParameters::joined(
    const std::optional<JsonView>& map,
    AttributeCondition (*condition_in)(const MapEntry& entry)) const {
  std::vector<AttributeCondition> conditions;
  if (!map) return std::nullopt;
  for (const MapEntry& entry : map_entries(*map)) {
    conditions.push_back(condition_in(entry));
    conditions.back().require_sense();
  }
  if (conditions.empty()) return std::nullopt;
  const bool any_will_do = conditional_operator == "OR";
  return engine::condition_of(std::move(conditions),
                              any_will_do ? engine::Joined::any_holds : engine::Joined::all_hold);
}

std::optional<engine::Condition> LegacyParameters::condition() const {
  return joined(expected, expected_condition_of);
}

std::optional<engine::Condition> LegacyParameters::filter_condition() const {
  return joined(filter, attribute_condition_of);
}

std::vector<engine::KeyClause> LegacyParameters::key_clauses() const {
  const auto entries = map_entries(key_conditions.value());
  if (entries.empty() || entries.size() > 2) {
    throw validation_error("Conditions can be of length 1 or 2 only");
  }
  std::vector<AttributeCondition> conditions;
  for (const MapEntry& entry : entries) {
    conditions.push_back(attribute_condition_of(entry));
    conditions.back().require_sense();
  }
  return engine::key_clauses_of(std::move(conditions));
}

std::optional<engine::Projection> LegacyParameters::projection() const {
  std::vector<std::string> attributes;
  if (!attributes_to_get) return std::nullopt;
  std::set<std::string_view> seen;
  for (const JsonView name : simdjson::dom::array(*attributes_to_get)) {
    if (!seen.insert(name).second) {
      throw invalid_parameter_values("Duplicate value in attribute name: " +
                                     std::string(std::string_view(name)));
    }
    attributes.emplace_back(std::string_view(name));
  }
  return engine::Projection::of(attributes);
}

}  // namespace api
