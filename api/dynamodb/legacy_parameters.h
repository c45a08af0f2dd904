#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "engine/expression/expression.h"
#include "engine/expression/key_condition.h"
#include "engine/expression/legacy.h"

namespace api {

/// One entry of a map of the request.
struct MapEntry {
  std::string_view name;
  JsonView value;
};

/// The parameters of a request that are older than expressions (dynamodb.md 6). Looks into the
/// request.
struct LegacyParameters {
  std::optional<JsonView> attributes_to_get;
  std::optional<JsonView> attribute_updates;
  std::optional<JsonView> expected;
  std::optional<JsonView> filter;  ///< `QueryFilter` or `ScanFilter`.
  std::string_view filter_name;
  std::optional<JsonView> key_conditions;
  std::optional<std::string_view> conditional_operator;

  /// Keeps the member if it is one of these. An empty `Expected` is none, nor is an empty filter.
  void take(std::string_view name, JsonView value);
  bool empty() const;
  /// Of those that are there, as messages list them: `AttributeUpdates, Expected`.
  std::string names() const;

  // What they say, for the engine. All throw ValidationException.

  /// Throws if there is a ConditionalOperator and less than two conditions.
  void require_conditions_to_join() const;
  std::optional<engine::Update> update() const;
  std::optional<engine::Condition> condition() const;
  std::optional<engine::Condition> filter_condition() const;
  std::optional<engine::Projection> projection() const;
  std::vector<engine::KeyClause> key_clauses() const;

 private:
  std::optional<engine::Condition> joined(
      const std::optional<JsonView>& map,
      engine::AttributeCondition (*condition_in)(const MapEntry& entry)) const;
};

/// Entries of a map, in the order of the request; of a name that is there several times the last
/// one counts.
std::vector<MapEntry> map_entries(JsonView map);

/// `ComparisonOperator` and `AttributeValueList` of `entry`, in order (`require_sense`).
engine::AttributeCondition attribute_condition_of(const MapEntry& entry);

}  // namespace api
