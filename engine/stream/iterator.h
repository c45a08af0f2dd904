#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/stream/stream.h"

namespace engine {

/// A position in a shard, as clients carry it about: nothing of it is kept here, so it can be used
/// again and again until it is too old.
///
/// Its text is `<StreamArn>|1|<base64>`; the base64 is of
///
///     check u64 | created u64, milliseconds | after u64 | is_at_trim_horizon u8 | shard id
///
/// where `check` is a hash of everything else.
struct ShardIterator {
  std::string stream_arn;
  std::string shard_id;
  /// Before the oldest record there is when the iterator is used.
  bool is_at_trim_horizon = false;
  SequenceNumber after = 0;  ///< Otherwise: before the first record with a greater number.
  TimePoint created;

  std::string text() const;
  /// Nothing for any text that `text` has not made.
  static std::optional<ShardIterator> parse(std::string_view text);

  /// Iterators live for 15 minutes (API Reference, GetShardIterator).
  bool is_expired(TimePoint now) const;
};

}  // namespace engine
