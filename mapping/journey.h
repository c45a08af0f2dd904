#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "engine/movable_clock.h"
#include "mapping/timeline.h"

namespace mapping {

/// What is asked of the clock, in this order: to stand still or to go on, then to travel. At most
/// one of `by` and `to`; with neither nothing is waited for.
struct ClockMove {
  std::optional<bool> freeze;
  std::optional<engine::Duration> by;   ///< Not negative.
  std::optional<engine::TimePoint> to;  ///< Possibly in the past.
};

/// Moves the clock, and lets everything that falls due on the way happen at its time.
///
/// The clock stands still at each stop until all have settled: mappings have nothing left to do at
/// that time, invocations in flight are answered, what their handlers wrote is dealt with too. So a
/// journey under a stream of new work that never ends takes as long as that stream; and a handler
/// that asks for one waits for itself until its own time-out.
///
/// A running clock goes on afterwards as if it had been set at once when it was asked: time that
/// the machine needed for the journey has passed too. Backwards it goes without a stop, and what
/// happened stays.
///
/// Lives on the mapping thread.
class Journey {
 public:
  using Reading = engine::MovableClock::Reading;

  Journey(boost::asio::io_context& context, engine::MovableClock& clock, Timeline& timeline);

  /// Where the clock stands. Safe to call from any thread.
  Reading reading() const { return clock_.read(); }
  /// Returns when all of it has happened. Several take turns in the order of their calls. May be
  /// called from any thread. Errors: `StorageError`, and `ServiceUnavailable` when the program
  /// stops; the clock keeps what was reached.
  boost::asio::awaitable<Reading> make(ClockMove move);
  /// Ends the journey under way where it is, and those that wait for it. Only on the mapping
  /// thread.
  boost::asio::awaitable<void> stop();

 private:
  class Turn;

  boost::asio::awaitable<Reading> do_make(ClockMove move);
  boost::asio::awaitable<void> travel(engine::TimePoint target);
  boost::asio::awaitable<void> settle();
  void refuse_if_stopping() const;
  void tell_timeline() { timeline_.on_clock_moved(clock_.is_running()); }

  boost::asio::io_context& context_;
  engine::MovableClock& clock_;
  Timeline& timeline_;
  const std::shared_ptr<Bell> quiet_;  ///< Rung when nobody is at work, and by `stop`.
  Signal turn_ended_;
  std::uint64_t turns_taken_ = 0;
  std::uint64_t turns_ended_ = 0;
  bool is_stopping_ = false;
};

}  // namespace mapping
