#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/limits.h"

namespace engine {

/// A sequence number: one counter for the whole store, so numbers grow within a shard, and from a
/// shard to its children. Written as 21 digits: `1` and the counter.
using SequenceNumber = std::uint64_t;

std::string sequence_number_text(SequenceNumber number);
/// Nothing if it is not 21 to 40 digits. Numbers that no record of ours can have are brought to the
/// nearest one (0, or the largest).
std::optional<SequenceNumber> parse_sequence_number(std::string_view text);

/// How long records can be read, and how long shards are open.
inline constexpr Duration record_life = std::chrono::hours(limits::stream_retention_hours);
inline constexpr Duration shard_life = std::chrono::hours(limits::shard_rollover_hours);

/// A shard owns the partition keys whose hash is in [hash_from, hash_to].
///
/// It is open until it rolls over (one child), is split (two) or its stream is disabled (none), and
/// listed until its last record is trimmed (streams.md 10).
struct Shard {
  std::uint64_t id = 0;  ///< Prefix of its records' keys; never used again.
  std::string shard_id;  ///< `shardId-...`
  std::string parent;    ///< Empty: none. It may be listed no more.
  std::uint64_t hash_from = 0;
  std::uint64_t hash_to = 0;
  SequenceNumber starting = 0;  ///< Below its first record.
  TimePoint created;

  /// Held while a record is numbered and committed, so that numbers become visible in their order,
  /// and while the shard is closed.
  mutable std::mutex mutex;

  /// The last record there was; `starting` if there never was one.
  std::atomic<SequenceNumber> newest{0};
  std::atomic<TimePoint> newest_created{TimePoint{}};  ///< No record is younger.
  std::atomic<bool> is_closed{false};                  ///< Set after `vanishes`.
  TimePoint vanishes;  ///< Of a closed shard: when it is listed no more.

  /// Records up to this one are trimmed; 0: none was. A record that is old enough to be trimmed
  /// counts from the moment that somebody looks (`trimmed_through`).
  mutable std::atomic<SequenceNumber> trimmed{0};
  /// Of the oldest record that is not trimmed: not later than it was created. `TimePoint::max()`:
  /// there is none.
  mutable std::atomic<TimePoint> oldest_created{TimePoint::max()};
  /// Up to here the records have left the disk.
  std::atomic<SequenceNumber> removed{0};
  /// Not before then are more of them removed: a tombstone for every record would be dear.
  std::atomic<TimePoint> next_removal{TimePoint{}};

  bool is_open() const { return !is_closed; }
  bool is_empty() const { return newest == starting; }
  /// `EndingSequenceNumber`; nothing for an open shard.
  std::optional<SequenceNumber> ending() const {
    return is_closed ? std::optional(newest.load()) : std::nullopt;
  }

  /// The record has been committed. The mutex is held.
  void on_committed(SequenceNumber number, TimePoint record_created);
  /// No record comes after those there are. The mutex is held.
  void close(TimePoint now);
};

}  // namespace engine
