#pragma once

#include <optional>
#include <vector>

#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "storage/store.h"

namespace engine {

struct RecordPage {
  std::vector<Record> records;  ///< In the order of their numbers, without gap.
  /// The shard is closed and nothing comes after these records.
  bool is_end = false;
};

/// Reads shards. A reader sees every record in the order of the numbers: never one without all
/// before it.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class StreamReader {
 public:
  explicit StreamReader(const storage::Store& store) : store_(store) {}

  /// Records with numbers greater than `after`: at most `limit`, and at most about `bytes_max` of
  /// `SizeBytes`, but always one if there is one.
  RecordPage read(const Shard& shard, SequenceNumber after, std::size_t limit,
                  std::size_t bytes_max) const;
  /// One record; nothing if it is not there.
  std::optional<Record> record(const Shard& shard, SequenceNumber number) const;
  /// The number of the newest record; `shard.starting` if there is none.
  SequenceNumber newest(const Shard& shard) const;

 private:
  const storage::Store& store_;
};

}  // namespace engine
