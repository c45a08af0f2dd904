#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>

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

  void ring();
  /// True when it was rung, false when the clock reached `until` first.
  boost::asio::awaitable<bool> wait(std::optional<engine::TimePoint> until);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mapping
