#pragma once

#include <cstdint>

#include "engine/clock.h"
#include "engine/limits.h"

namespace engine {

/// Point-in-time recovery of a table: the store keeps what its items were before each change, so
/// that the table can be had as it was at any moment of the recovery period.
struct Recovery {
  std::uint32_t id = 0;  ///< Prefix of the kept items' keys: of the same numbers as tables.
  int days = limits::recovery_days_max;
  TimePoint since;
};

}  // namespace engine
