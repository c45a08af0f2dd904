#pragma once

#include <vector>

#include "engine/partiql/ast.h"
#include "engine/partiql/read_plan.h"
#include "engine/read/source.h"

namespace engine::partiql {

/// What ORDER BY says of a statement that reads partitions.
struct ReadingOrder {
  bool is_partition_forward = true;  ///< From one partition to the next.
  bool is_sort_forward = true;       ///< Within one.
};

/// Throws ValidationException if ORDER BY names what is no key attribute.
void require_key_attributes(const std::vector<Order>& order_by, const Source& source);

/// Throws ValidationException for orders in which nothing is stored: those of a statement that does
/// not name the partitions it reads, and of several partitions but not by the partition key first.
ReadingOrder reading_order(const std::vector<Order>& order_by, bool has_where, const ReadPlan& plan,
                           const Source& source);

}  // namespace engine::partiql
