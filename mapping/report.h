#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "mapping/mapping.h"
#include "mapping/means.h"
#include "mapping/queue/status.h"
#include "mapping/shard/driver.h"

namespace mapping {

/// A mapping as it stands.
struct MappingView {
  Mapping mapping;
  MappingState state = MappingState::enabled;
  std::string last_processing_result;
};

/// A shard of a mapping, looked at from outside.
struct ShardReport {
  ShardStatus status;
  engine::SequenceNumber newest = 0;  ///< In the shard.
  engine::Duration iterator_age{0};   ///< How old the first record not dealt with is.
  bool is_open = true;

  /// Every record there is has been dealt with.
  bool is_settled() const { return status.is_idle && status.read >= newest; }
};

struct MappingReport {
  MappingView view;
  std::vector<ShardReport> shards;
  std::optional<mapping::queue::Status> queue = std::nullopt;  ///< Of a mapping of a queue.

  Counters counters() const;
};

ShardReport report_of(const Means& means, const engine::Shard& shard, ShardStatus status);

}  // namespace mapping
