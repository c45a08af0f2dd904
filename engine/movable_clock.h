#pragma once

#include <atomic>
#include <cstdint>

#include "engine/clock.h"
#include "engine/documents.h"

namespace engine {

/// The program's clock: the machine's time and an offset, or frozen.
///
/// It outlives the program: where it stands is written down before it is moved. `now` costs no
/// lock and is safe to call from any thread; the clock is moved by one thread at a time. Whoever
/// moves it tells those who wait for a time (`mapping::Journey` does both).
///
/// Whatever moves it may throw `storage::StorageError`; then it is as it was.
class MovableClock final : public Clock {
 public:
  /// Goes on as it was written down; if it never was, on the machine's time.
  explicit MovableClock(Documents& documents);
  /// With another machine.
  MovableClock(Documents& documents, const Clock& machine);

  TimePoint now() const override;
  /// Whether time passes by itself: it is neither frozen nor held.
  bool is_running() const;

  struct Reading {
    TimePoint now{};
    bool is_frozen = false;
    Duration offset{0};  ///< From the machine's time to `now`.
  };
  Reading read() const;

  /// Stands still, for good.
  void freeze();
  /// Goes on from where it stands.
  void unfreeze();

  /// For the length of a journey: a running clock stands still too, where it is, but is still said
  /// to be running. Nothing is written down. Gives where it stands, and the offset it ran with.
  Reading hold();
  /// While it stands still: moves it there.
  void move_to(TimePoint time);
  /// The end of `hold`: a clock that is not frozen shows the machine's time and `offset` again.
  void release(Duration offset);
  /// The end of a journey that was broken off: a clock that is not frozen goes on from where it
  /// stands. Throws nothing.
  void release();

 private:
  enum class Mode : std::uint8_t { running, frozen, held };
  struct State {
    Mode mode = Mode::running;
    long long ms = 0;  ///< The offset of a running clock, else the time.
  };

  static std::int64_t packed(State state);
  State state() const;
  void load();
  void keep(Mode mode, long long ms);
  Duration offset_of(TimePoint time) const { return time - machine_.now(); }

  Documents& documents_;
  const Clock& machine_;
  /// Mode and time change together, so they are one number.
  std::atomic<std::int64_t> state_{0};
};

}  // namespace engine
