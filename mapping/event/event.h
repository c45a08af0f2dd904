#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>

#include "engine/stream/record.h"
#include "engine/stream/stream.h"
#include "mapping/shard/machine.h"

namespace mapping {

/// A record as a function gets it (event-source-mapping.md 4.1), rendered once.
struct RenderedRecord {
  engine::SequenceNumber sequence_number = 0;
  engine::TimePoint created{};
  std::string json;

  Arrival arrival() const { return {sequence_number, created, json.size()}; }
};

RenderedRecord render(const engine::Stream& stream, const engine::Record& record);

/// The events of one shard: rendered records are kept while they may be tried again, and so is the
/// event that was asked for last.
class Events {
 public:
  void add(RenderedRecord record) { records_.push_back(std::move(record)); }
  /// The event with exactly the records from `first` to `last`, which have been added.
  std::shared_ptr<const std::string> event(engine::SequenceNumber first,
                                           engine::SequenceNumber last);
  /// Records up to `checkpoint` are not asked for again.
  void forget(engine::SequenceNumber checkpoint);

 private:
  std::deque<RenderedRecord> records_;
  std::shared_ptr<const std::string> event_;
  engine::SequenceNumber first_ = 0;
  engine::SequenceNumber last_ = 0;
};

}  // namespace mapping
