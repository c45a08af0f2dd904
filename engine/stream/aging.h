#pragma once

#include "engine/chore.h"
#include "engine/clock.h"
#include "engine/stream/streams.h"
#include "storage/store.h"

namespace engine {

/// What time does to streams (streams.md 10 and 11): open shards roll over after four hours,
/// records leave the disk some time after they are trimmed, a closed shard is listed until its last
/// record is trimmed, and a disabled stream is there for a day.
class Aging final : public Chore, private ShapeListener {
 public:
  Aging(const storage::Store& store, Streams& streams) : store_(store), streams_(streams) {
    streams_.set_shape_listener(this);
  }
  ~Aging() override { streams_.set_shape_listener(nullptr); }
  Aging(const Aging&) = delete;
  Aging& operator=(const Aging&) = delete;

  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  void on_shape() override { tell_sooner(); }
  Reshaping reshaping(const Stream& stream, TimePoint now) const;

  const storage::Store& store_;
  Streams& streams_;
};

}  // namespace engine
