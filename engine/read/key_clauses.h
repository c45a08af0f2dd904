#pragma once

#include <vector>

#include "engine/expression/key_condition.h"
#include "engine/read/source.h"

namespace engine {

/// Which items of a table or an index a key condition is about.
struct KeySelection {
  std::vector<Value> partition;     ///< Of each partition attribute.
  std::vector<SortCondition> sort;  ///< Of the first sort attributes; all but the last `equal`.
};

/// Throws ValidationException: clauses that are missing, too many, of no use or of another type
/// (dynamodb.md 5.7 and 14).
KeySelection key_selection_of(const Source& source, const std::vector<KeyClause>& clauses);

}  // namespace engine
