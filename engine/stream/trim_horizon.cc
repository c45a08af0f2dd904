#include "engine/stream/trim_horizon.h"

#include <algorithm>
#include <optional>

#include "engine/stream/record.h"
#include "engine/stream/record_key.h"

namespace engine {

namespace {

using storage::Column;

struct Horizon {
  SequenceNumber trimmed = 0;
  TimePoint oldest_created;  ///< Of the first record after it.
};

std::optional<Record> first_after(const storage::Store& store, const Shard& shard,
                                  SequenceNumber number) {
  const auto cursor =
      store.scan(Column::records, record_key(shard, number + 1), after_records(shard));
  if (!cursor.valid()) return std::nullopt;
  return Record{storage::read_u64(cursor.key().substr(8)), std::string(cursor.value())};
}

/// Halves the numbers between a record that is trimmed and one, `kept`, that is not: records are in
/// the order of their ages. (Where the clock was set back they are not, and any border will do.)
Horizon search(const storage::Store& store, const Shard& shard, SequenceNumber kept,
               TimePoint cutoff) {
  SequenceNumber trimmed = std::max(shard.trimmed.load(), shard.starting);
  if (trimmed >= kept) return {trimmed, cutoff};  // Somebody else was quicker.
  SequenceNumber high = kept - 1;
  // Mostly it is the next record, or one soon after it.
  SequenceNumber middle = trimmed;
  while (true) {
    const auto record = first_after(store, shard, middle);
    // Removed meanwhile, by somebody whose clock was later.
    if (!record) return {shard.trimmed, cutoff};
    const auto created = record->created();
    if (created <= cutoff) {
      if (record->sequence_number >= kept) return {kept, created};
      trimmed = record->sequence_number;
    } else if (middle == trimmed) {
      return {trimmed, created};
    } else {
      high = middle;
    }
    middle = trimmed + (std::max(high, trimmed) - trimmed) / 2;
  }
}

}  // namespace

SequenceNumber trimmed_through(const storage::Store& store, const Shard& shard, TimePoint now) {
  const TimePoint cutoff = now - record_life;
  if (shard.oldest_created.load() > cutoff) return shard.trimmed;

  // Its number first: the time is then of this record or of a later one.
  const SequenceNumber newest = shard.newest;
  const bool is_all_trimmed = shard.newest_created.load() <= cutoff;
  Horizon horizon{newest, cutoff};
  if (!is_all_trimmed) horizon = search(store, shard, newest, cutoff);

  const std::lock_guard lock(shard.mutex);
  if (horizon.trimmed >= shard.trimmed) {
    if (horizon.trimmed > shard.starting) shard.trimmed = horizon.trimmed;
    shard.oldest_created =
        shard.newest == horizon.trimmed ? TimePoint::max() : horizon.oldest_created;
  }
  return shard.trimmed;
}

}  // namespace engine
