#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"

namespace mapping {

struct Delivery;
struct Piece;

/// Records that follow each other in their shard.
struct RecordRange {
  engine::SequenceNumber first = 0;
  engine::SequenceNumber last = 0;
};

/// What a read of a shard found, and which records no filter admitted.
struct Reading {
  std::string shard_id;
  engine::SequenceNumber after = 0;
  engine::SequenceNumber first = 0;
  engine::SequenceNumber last = 0;
  std::size_t records = 0;
  std::size_t filtered = 0;
  std::vector<RecordRange> filtered_out = {};
};

/// What a mapping did between two commits, as events in their order: JSON objects with `event`,
/// `at` and what belongs to it (docs/architecture.md lists them).
class History {
 public:
  void on_read(engine::TimePoint at, const Reading& reading);
  /// Messages of a queue, and those of them that no filter admitted.
  void on_receive(engine::TimePoint at, std::size_t messages,
                  const std::vector<std::string>& filtered_out);
  /// A batch that has not been tried before.
  void on_batch(engine::TimePoint at, const Delivery& delivery);
  void on_attempt(engine::TimePoint at, const Delivery& delivery);
  /// A batch of messages that did not reach the function while they were hidden.
  void on_release(engine::TimePoint at, const std::vector<std::string>& message_ids);
  void on_split(engine::TimePoint at, const Delivery& delivery, const Piece& first,
                const Piece& second);
  /// Records that were given up, and why; with whom was told of it.
  void on_discard(engine::TimePoint at, const Delivery& delivery, std::string_view condition);
  void on_window(engine::TimePoint at, const Delivery& delivery, std::string_view what);
  void on_replay(engine::TimePoint at, const Delivery& delivery);
  void on_checkpoint(engine::TimePoint at, std::string_view shard_id,
                     engine::SequenceNumber checkpoint);

  bool is_empty() const { return events_.empty(); }
  /// The events with commas between them.
  const std::string& text() const { return events_; }
  void clear() { events_.clear(); }

 private:
  class Event;

  std::string events_;
};

}  // namespace mapping
