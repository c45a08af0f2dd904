#pragma once

#include <optional>

#include "engine/expression/expression.h"
#include "engine/partiql/ast.h"
#include "engine/table/key.h"

namespace engine::partiql {

/// A WHERE clause that names one item, in its two parts.
struct OneItem {
  Item key;
  std::optional<Condition> rest;  ///< What else it demands of the item.
};

/// Whether `where` demands of every key attribute that it equals a value.
bool names_one_item(const std::optional<expression::ConditionNode>& where, const KeySchema& schema);
/// Nothing if it does not.
std::optional<OneItem> one_item_of(std::optional<expression::ConditionNode> where,
                                   const KeySchema& schema);

}  // namespace engine::partiql
