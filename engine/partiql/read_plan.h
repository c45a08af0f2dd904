#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/expression/ast.h"
#include "engine/expression/expression.h"
#include "engine/read/key_range.h"
#include "engine/read/source.h"

namespace engine::partiql {

/// Of a partition, the value of each attribute of the partition key.
using Partition = std::vector<Value>;

/// How a WHERE clause is read: some partitions, or some part of each, or everything; and what is
/// asked of each item that is found there.
struct ReadPlan {
  /// In the order of their values, each there once. Nothing: all items are read.
  std::optional<std::vector<Partition>> partitions;
  std::vector<SortCondition> sort;  ///< As `range_of` takes it.
  std::optional<Condition> filter;
  /// The top-level attributes that the filter looks at, in the order of the text, each once.
  std::vector<std::string> filter_attributes;

  bool is_query() const { return partitions.has_value(); }
};

/// Reads partitions if `where` cannot hold outside of them, because of equalities on all attributes
/// of the partition key, of `IN`, or of an `OR` of such. Throws ValidationException for values that
/// a key attribute cannot have, if it reads partitions.
ReadPlan plan_of(std::optional<expression::ConditionNode> where, const Source& source);

}  // namespace engine::partiql
