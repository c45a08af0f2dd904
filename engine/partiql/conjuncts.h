#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/expression/ast.h"
#include "engine/expression/expression.h"

/// A WHERE clause in the parts that all have to hold, of which some are about keys.
namespace engine::partiql {

using Conjuncts = std::vector<expression::ConditionNode>;

Conjuncts conjuncts_of(std::optional<expression::ConditionNode> where);
/// All of them as one condition; nothing if there are none.
std::optional<Condition> condition_of(Conjuncts conjuncts);

/// The whole attribute of that name, not something in it.
bool is_attribute(const expression::Operand& operand, std::string_view name);
/// What `condition` demands that the attribute equals, on whichever side; null if it does not.
const Value* value_demanded(const expression::ConditionNode& condition, std::string_view name);

}  // namespace engine::partiql
