#include "mapping/report.h"

#include "engine/stream/reader.h"

namespace mapping {

Counters MappingReport::counters() const {
  Counters sum;
  for (const auto& shard : shards) sum += shard.status.counters;
  return sum;
}

ShardReport report_of(const Means& means, const engine::Shard& shard, ShardStatus status) {
  ShardReport report{.status = std::move(status), .newest = shard.newest};
  report.is_open = shard.is_open();
  const auto page = means.reader.read(shard, report.status.progress.checkpoint, 1, 1);
  if (!page.records.empty()) {
    report.iterator_age = means.clock.now() - page.records.front().created();
  }
  return report;
}

}  // namespace mapping
