#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "engine/clock.h"

namespace mapping {

/// The one list of due times: whoever has something to do later waits here, and nowhere else.
///
/// Safe to call from any thread; a coroutine goes on on its own executor.
class Timeline {
 public:
  /// `context` runs the timer: the mapping thread's.
  Timeline(boost::asio::io_context& context, const engine::Clock& clock);
  ~Timeline();

  /// Returns once the clock has reached `due`.
  boost::asio::awaitable<void> sleep_until(engine::TimePoint due);

  /// When the next of those who wait falls due. Nothing: nobody waits for a time.
  std::optional<engine::TimePoint> next_due() const;
  /// The clock was moved: whoever is due by now goes on, in the order of their due times.
  void on_clock_moved();

 private:
  friend class Bell;
  struct Waiters;
  std::shared_ptr<Waiters> waiters_;
};

/// Where one coroutine waits until it is rung for, or until a time.
///
/// `ring` is safe to call from any thread and costs little when it has been rung already. A ring
/// that finds nobody waiting is kept for the next wait. Only one coroutine waits at a time.
class Bell {
 public:
  explicit Bell(Timeline& timeline);
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring();
  /// True when it was rung, false when the clock reached `until` first.
  boost::asio::awaitable<bool> wait(std::optional<engine::TimePoint> until);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// News for any number of coroutines on one thread. A ring reaches those who wait now and is not
/// kept: ask whether it is so, wait if not, and ask again.
class Signal {
 public:
  explicit Signal(Timeline& timeline) : timeline_(timeline) {}

  void ring();
  /// As `Bell::wait`.
  boost::asio::awaitable<bool> wait(std::optional<engine::TimePoint> until = std::nullopt);

 private:
  Timeline& timeline_;
  std::vector<std::shared_ptr<Bell>> waiting_;
};

}  // namespace mapping
