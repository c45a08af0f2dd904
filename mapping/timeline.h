#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/clock.h"

namespace mapping {

class Bell;

/// The one list of due times: whoever has something to do later waits here, at a bell, and nowhere
/// else. It knows too who is at work, so that a journey in time can wait until all have settled.
///
/// Safe to call from any thread; a coroutine goes on on its own executor.
class Timeline {
 private:
  struct Waiters;

 public:
  /// `context` runs the timer: the mapping thread's.
  Timeline(boost::asio::io_context& context, const engine::Clock& clock);
  ~Timeline();

  /// When the next of those who wait falls due. Nothing: nobody waits for a time.
  std::optional<engine::TimePoint> next_due() const;
  /// The clock was moved, stands still or goes on: whoever is due by now goes on, in the order of
  /// their due times, and of those with the same in the order in which they began to wait. They are
  /// at work when this returns. `is_running`: from now on time passes by itself.
  void on_clock_moved(bool is_running = true);

  /// Nobody is at work. What somebody was told to do before the question counts: a bell is at work
  /// before its `ring` returns.
  bool is_quiet() const;
  /// Rings `bell` whenever the last one at work comes to rest; at most one, null: none. Set it,
  /// ask `is_quiet`, then wait.
  void ring_when_quiet(const std::shared_ptr<Bell>& bell);

  /// Counts as at work as long as it lives: for work that no bell stands for.
  class Work {
   public:
    explicit Work(const Timeline& timeline);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    const std::shared_ptr<Waiters> waiters_;
  };

 private:
  friend class Bell;
  std::shared_ptr<Waiters> waiters_;
};

/// Where one coroutine waits until it is rung for, or until a time.
///
/// Whoever owns it is at work from its making on, unless it waits: so make it before the coroutine
/// is begun, and not only in it. It is at work again from the instant it is rung for or falls due,
/// even if it does not run yet, and not any more from `rest` or the end of the bell.
///
/// `ring` is safe to call from any thread and costs little when it has been rung already. A ring
/// that finds nobody waiting is kept for the next wait. Only one coroutine waits at a time.
class Bell {
 public:
  /// An onlooker waits for what others do and is never at work.
  enum class Role : std::uint8_t { worker, onlooker };

  explicit Bell(Timeline& timeline, Role role = Role::worker);
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring();
  /// True when it was rung, false when the clock reached `until` first.
  boost::asio::awaitable<bool> wait(std::optional<engine::TimePoint> until);
  /// Its owner has done all it will ever do.
  void rest();

 private:
  friend class Timeline;
  struct State;
  std::shared_ptr<State> state_;
};

/// News for any number of coroutines on one thread, onlookers all of them. A ring reaches those who
/// wait now and is not kept: ask whether it is so, wait if not, and ask again.
class Signal {
 public:
  explicit Signal(Timeline& timeline) : timeline_(timeline) {}

  void ring();
  boost::asio::awaitable<void> wait();

 private:
  Timeline& timeline_;
  std::vector<std::shared_ptr<Bell>> waiting_;
};

}  // namespace mapping
