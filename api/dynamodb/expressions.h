#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/dynamodb/legacy_parameters.h"
#include "api/shape.h"
#include "api/wording.h"
#include "engine/expression/expression.h"
#include "engine/expression/key_condition.h"
#include "engine/expression/search_condition.h"
#include "engine/table/table.h"

namespace api {

/// The expressions of a request, parsed; or what stood in their place before there were any.
struct Expressions {
  std::optional<engine::Update> update;
  std::optional<engine::Condition> condition;
  std::optional<engine::Projection> projection;
  /// Of a Query or a Scan.
  std::optional<engine::Condition> filter;
  std::vector<engine::KeyClause> key_clauses;
  engine::SearchCondition search_condition;  ///< Of a SearchVectors.

  /// Throws ValidationException when an expression goes into a key attribute as if it were a map or
  /// a list.
  void require_scalar_keys(const engine::Table& table) const;
};

/// The parameters of a request that are expressions or belong to them, and those of the time before
/// expressions. Looks into the request.
struct ExpressionParameters {
  std::optional<std::string_view> update;
  std::optional<std::string_view> condition;
  std::optional<std::string_view> projection;
  std::optional<std::string_view> filter;
  std::optional<std::string_view> key_condition;
  std::optional<std::string_view> search_condition;
  std::optional<JsonView> names;
  std::optional<JsonView> values;
  LegacyParameters legacy;
  /// What is missing when values stand in no expression, if that is told: `FilterExpression is
  /// null`.
  std::string_view missing_for_values;
  /// Only what a value makes of an item is looked at, not the value itself (dynamodb.md 4.2).
  bool values_may_be_deep = false;

  /// Keeps the member if it is one of these.
  void take(std::string_view name, JsonView value);

  /// The first static check: old and new parameters mixed, names or values without an expression
  /// (dynamodb.md 5.3), nothing for ConditionalOperator to join; in the words of `layer`.
  void require_sense(Layer layer) const;

  /// Parses in AWS's order; throws with the texts of dynamodb.md 5.2 to 5.9 and 6.
  Expressions parse() const;

 private:
  bool has_expression() const { return projection || has_condition(); }
  /// Or something else that values stand in.
  bool has_condition() const {
    return update || condition || filter || key_condition || search_condition;
  }
  std::string expression_names() const;
  engine::Placeholders placeholders() const;
};

}  // namespace api
