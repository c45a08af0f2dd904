#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/clock.h"
#include "engine/limits.h"

namespace mapping {

/// How long to wait before the next attempt: `base` after the first, `factor` times as long after
/// each further one, never more than `cap`; and up to `jitter` of that on top.
///
/// AWS says only "exponential"; the numbers fit what was recorded (event-source-mapping.md 5.2).
struct Backoff {
  engine::Duration base = std::chrono::milliseconds(500);
  int factor = 2;
  engine::Duration cap = std::chrono::seconds(60);
  double jitter = 0.05;  ///< Only ever longer, so that a gap never shrinks below the plain curve.

  /// After `attempts` in vain (1 or more). `chance` decides the jitter: the same gives the same.
  engine::Duration after(int attempts, std::uint64_t chance) const;
};

/// What a mapping asks of the machine of each of its shards.
struct Policy {
  int batch_size = 100;
  engine::Duration batching_window{0};
  int parallelization_factor = 1;
  engine::Duration tumbling_window{0};  ///< 0: none.
  int maximum_retry_attempts = -1;      ///< After the first attempt; -1: for ever.
  std::optional<engine::Duration> maximum_record_age = std::nullopt;  ///< Nothing: for ever.
  bool bisect_batch_on_function_error = false;
  bool reports_batch_item_failures = false;
  std::size_t event_bytes_max = engine::limits::invoke_payload_bytes_max;
  /// How old a record gets before the stream loses it.
  engine::Duration retention = std::chrono::hours(engine::limits::stream_retention_hours);
  Backoff backoff = {};
  std::uint64_t seed = 0;  ///< Of the jitter.
};

}  // namespace mapping
