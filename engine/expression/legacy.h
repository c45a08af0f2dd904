#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/value/attribute_value.h"

/// Conditions and updates of the time before expressions (dynamodb.md 6): the same engine, reached
/// without any text. Attributes are called by their whole names: a dot in one is only a dot.
namespace engine {

enum class ComparisonOperator {
  equal,
  not_equal,
  less_or_equal,
  less,
  greater_or_equal,
  greater,
  not_exists,
  exists,
  contains,
  not_contains,
  begins_with,
  in,
  between,
};

/// `EQ`, `NOT_NULL`, ...: `name` is one of the model's.
ComparisonOperator comparison_operator_of(std::string_view name);

/// What one attribute has to be: an entry of `Expected`, and of every other map from attributes to
/// `ComparisonOperator` and `AttributeValueList`.
struct AttributeCondition {
  std::string attribute;
  ComparisonOperator comparison = ComparisonOperator::equal;
  std::vector<Value> values;

  /// Throws ValidationException: too many or too few values, of several types, of a type that the
  /// operator does not take, or a range that ends before it begins.
  void require_sense() const;
};

/// `ConditionalOperator`
enum class Joined { all_hold, any_holds };

/// `conditions` make sense, and there is at least one.
Condition condition_of(std::vector<AttributeCondition> conditions, Joined joined);

/// What becomes of one attribute: an entry of `AttributeUpdates`.
struct AttributeUpdate {
  enum class Action { put, add, remove };

  std::string attribute;
  Action action = Action::put;
  /// Only a removal can do without: then the attribute is removed, not elements of a set.
  std::optional<Value> value;

  /// Throws ValidationException: a value that is missing, or of a type the action is not for.
  void require_sense() const;
};

/// `updates` make sense, and there is at least one. Other than with an update expression, lists are
/// added to, too.
Update update_of(std::vector<AttributeUpdate> updates);

}  // namespace engine
