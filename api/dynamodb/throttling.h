#pragma once

#include <memory>
#include <span>

#include "engine/table/table.h"
#include "engine/throttle/meter.h"

namespace api {

/// Throws TransactionCanceledException if a table that a transaction reads has no throughput left
/// for it: `tables` has one for each of its actions, null for those that are not to be asked.
void require_throughput(engine::ThroughputMeter& meter,
                        std::span<const std::shared_ptr<const engine::Table>> tables);

}  // namespace api
