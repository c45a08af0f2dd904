#pragma once

#include <optional>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "storage/store.h"

namespace engine {

struct RecordPage {
  std::vector<Record> records;  ///< In the order of their numbers, without gap.
  /// The shard is closed and nothing comes after these records.
  bool is_end = false;
  bool is_tip = false;  ///< None followed these at that moment.
  /// The trim horizon that it was read from: up to here records are trimmed.
  SequenceNumber trimmed = 0;
};

/// Reads shards. A reader sees every record in the order of the numbers: never one without all
/// before it. What is trimmed is not seen.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class StreamReader {
 public:
  StreamReader(const storage::Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  /// Records with numbers greater than `after`, from the trim horizon on: at most `limit`, and at
  /// most `bytes_max` of `SizeBytes`, but always one if there is one.
  RecordPage read(const Shard& shard, SequenceNumber after, std::size_t limit,
                  std::size_t bytes_max) const;
  /// One record; nothing if it is not there.
  std::optional<Record> record(const Shard& shard, SequenceNumber number) const;
  /// Whether a record with a number greater than `after` has been trimmed, so that reading from
  /// there would miss it.
  bool is_trimmed_after(const Shard& shard, SequenceNumber after) const;

 private:
  const storage::Store& store_;
  const Clock& clock_;
};

}  // namespace engine
