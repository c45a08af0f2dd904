#pragma once

#include "engine/expression/ast.h"
#include "engine/expression/key_condition.h"

namespace engine::expression {

/// What `attribute <comparator> value` says of a sort attribute; with `is_turned` what `value
/// <comparator> attribute` does. `comparator` is not `not_equal`.
SortCondition::Kind sort_kind_of(Comparator comparator, bool is_turned);

}  // namespace engine::expression
