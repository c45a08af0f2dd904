#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/partiql/ast.h"
#include "engine/partiql/bound_read.h"
#include "engine/partiql/key_equality.h"
#include "engine/partiql/selection.h"
#include "engine/read/source.h"

namespace engine::partiql {

struct BoundRead::Parts {
  Source source;
  bool is_consistent = false;
  Selection selection;
  std::vector<Order> order_by;
  bool has_where = false;
  /// Of a statement that names the whole key, and of one that does not.
  std::optional<OneItem> one = std::nullopt;
  std::optional<expression::ConditionNode> where = std::nullopt;
};

}  // namespace engine::partiql
