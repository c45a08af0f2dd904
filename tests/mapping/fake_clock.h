#pragma once

#include <atomic>

#include "engine/clock.h"

/// A clock in the test's hands.
class FakeClock final : public engine::Clock {
 public:
  explicit FakeClock(engine::TimePoint start = engine::from_epoch_milliseconds(1'764'085'660'123))
      : now_(engine::epoch_milliseconds(start)) {}

  engine::TimePoint now() const override { return engine::from_epoch_milliseconds(now_); }
  void advance(engine::Duration by) { now_ += by.count(); }

 private:
  std::atomic<long long> now_;
};
