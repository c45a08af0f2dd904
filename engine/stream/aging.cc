#include "engine/stream/aging.h"

#include <algorithm>

#include "engine/stream/trim_horizon.h"

namespace engine {

namespace {

/// When records of the shard next leave the disk; `TimePoint::max()`: there are none.
TimePoint clearing_due(const Shard& shard) {
  if (shard.trimmed > shard.removed) return shard.next_removal;
  const TimePoint oldest = shard.oldest_created;
  if (oldest == TimePoint::max()) return oldest;
  return std::max(oldest + record_life, shard.next_removal.load());
}

TimePoint due_of(const Shard& shard) {
  return std::min(shard.is_open() ? shard.created + shard_life : shard.vanishes,
                  clearing_due(shard));
}

bool is_gone(const Stream& stream, TimePoint now) {
  return stream.status == StreamStatus::disabled && stream.disabled + record_life <= now;
}

TimePoint due_of(const Stream& stream) {
  TimePoint due = TimePoint::max();
  if (stream.status == StreamStatus::disabled) due = stream.disabled + record_life;
  for (const auto& shard : stream.shards()) due = std::min(due, due_of(*shard));
  return due;
}

}  // namespace

std::optional<TimePoint> Aging::next_due() const {
  TimePoint due = TimePoint::max();
  for (const auto& stream : streams_.all()) due = std::min(due, due_of(*stream));
  if (due == TimePoint::max()) return std::nullopt;
  return due;
}

void Aging::perform(TimePoint now) {
  for (const auto& stream : streams_.all()) {
    if (due_of(*stream) > now) continue;
    if (is_gone(*stream, now)) {
      streams_.remove(*stream);
    } else {
      streams_.reshape(*stream, [&](const Stream& held) { return reshaping(held, now); });
    }
  }
}

Reshaping Aging::reshaping(const Stream& stream, TimePoint now) const {
  Reshaping reshaping;
  for (const auto& shard : stream.shards()) {
    if (shard->is_open() && shard->created + shard_life <= now) {
      reshaping.successions.push_back({shard, 1});
    }
    if (!shard->is_open() && shard->vanishes <= now) {
      reshaping.vanished.push_back(shard);
    } else if (clearing_due(*shard) <= now) {
      const auto through = trimmed_through(store_, *shard, now);
      if (through > shard->removed) reshaping.cleared.push_back({shard, through});
    }
  }
  return reshaping;
}

}  // namespace engine
