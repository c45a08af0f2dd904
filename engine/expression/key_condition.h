#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/expression/legacy.h"
#include "engine/value/attribute_value.h"

namespace engine {

/// What the values of one sort attribute have to be.
struct SortCondition {
  enum class Kind { equal, less, less_or_equal, greater, greater_or_equal, between, begins_with };

  Kind kind = Kind::equal;
  std::vector<Value> values;  ///< Of `between` two, of the others one.

  /// Whether a value of their type is as it says.
  bool holds(ValueView value) const;
};

/// What a key condition says of one attribute.
struct KeyClause {
  std::string attribute;
  SortCondition condition;
};

/// A key condition expression: its clauses, in the order of the text. Which of them a table or an
/// index needs, and which it cannot use, is known to `engine/read/key_clauses.h`. Throws
/// ValidationException with the words of dynamodb.md 5.7.
std::vector<KeyClause> parse_key_condition(std::string_view text, Placeholders& placeholders);

/// The same of `KeyConditions`. `conditions` make sense.
std::vector<KeyClause> key_clauses_of(std::vector<AttributeCondition> conditions);

}  // namespace engine
