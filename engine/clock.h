#pragma once

#include <chrono>

namespace engine {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, Duration>;

/// The one source of time in the program. Nothing else asks the machine what time it is, except to
/// measure how long something took.
///
/// Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

/// The machine's time.
class WallClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::floor<Duration>(std::chrono::system_clock::now());
  }
};

inline long long epoch_milliseconds(TimePoint time) { return time.time_since_epoch().count(); }
inline long long epoch_seconds(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
inline TimePoint from_epoch_milliseconds(long long ms) { return TimePoint(Duration(ms)); }

}  // namespace engine
