#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/expression/expression.h"
#include "engine/value/attribute_value.h"

namespace engine {

/// What a SearchConditionExpression asks for: values of attributes, all of them at once
/// (dynamodb.md 18).
using SearchCondition = std::vector<std::pair<std::string, Value>>;

/// Throws ValidationException for what is no condition at all, with the words of dynamodb.md 5.2 to
/// 5.6, and for one that is more than equalities joined by AND.
SearchCondition parse_search_condition(std::string_view text, Placeholders& placeholders);

}  // namespace engine
