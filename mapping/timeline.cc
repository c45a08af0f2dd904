#include "mapping/timeline.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace mapping {

namespace asio = boost::asio;

namespace {

/// The timer runs on the machine's time and our clock may be another: look at it now and then.
constexpr engine::Duration longest_nap = std::chrono::hours(1);

}  // namespace

struct Timeline::Waiters : std::enable_shared_from_this<Waiters> {
  /// Due time, and which came first.
  using Key = std::pair<engine::TimePoint, std::uint64_t>;

  Waiters(asio::io_context& context, const engine::Clock& clock) : clock(clock), timer(context) {}

  Key add(engine::TimePoint due, std::function<void()> on_due) {
    const std::lock_guard lock(mutex);
    const Key key{due, ++last_id};
    entries.emplace(key, std::move(on_due));
    if (entries.begin()->first == key) arm();
    return key;
  }

  void remove(const Key& key) {
    const std::lock_guard lock(mutex);
    entries.erase(key);  // The timer may wake for nothing; it looks and sleeps again.
  }

  void fire() {
    std::vector<std::function<void()>> due;
    {
      const std::lock_guard lock(mutex);
      const auto now = clock.now();
      while (!entries.empty() && entries.begin()->first.first <= now) {
        due.push_back(std::move(entries.begin()->second));
        entries.erase(entries.begin());
      }
      if (!entries.empty()) arm();
    }
    for (const auto& on_due : due) on_due();
  }

  /// With the mutex held.
  void arm() {
    const auto nap = std::clamp(entries.begin()->first.first - clock.now(),
                                engine::Duration::zero(), longest_nap);
    timer.expires_after(nap);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (error) return;
      if (const auto self = weak.lock()) self->fire();
    });
  }

  const engine::Clock& clock;
  mutable std::mutex mutex;
  asio::steady_timer timer;
  std::map<Key, std::function<void()>> entries;
  std::uint64_t last_id = 0;
};

Timeline::Timeline(asio::io_context& context, const engine::Clock& clock)
    : waiters_(std::make_shared<Waiters>(context, clock)) {}

Timeline::~Timeline() {
  const std::lock_guard lock(waiters_->mutex);
  waiters_->timer.cancel();
}

asio::awaitable<void> Timeline::sleep_until(engine::TimePoint due) {
  Bell bell(*this);
  bool is_early = true;
  while (is_early) is_early = co_await bell.wait(due);
}

std::optional<engine::TimePoint> Timeline::next_due() const {
  const std::lock_guard lock(waiters_->mutex);
  if (waiters_->entries.empty()) return std::nullopt;
  return waiters_->entries.begin()->first.first;
}

void Timeline::on_clock_moved() { waiters_->fire(); }

struct Bell::State : std::enable_shared_from_this<State> {
  explicit State(std::shared_ptr<Timeline::Waiters> waiters) : waiters(std::move(waiters)) {}

  /// Whoever waits goes on; `turn`: only if it is still that wait.
  void resume(bool was_rung, std::optional<std::uint64_t> of_turn) {
    std::function<void(bool)> waiting;
    {
      const std::lock_guard lock(mutex);
      if (!go_on || (of_turn && *of_turn != turn)) return;
      if (was_rung) rung.store(false);
      if (entry) waiters->remove(*entry);
      entry.reset();
      waiting = std::exchange(go_on, nullptr);
    }
    waiting(was_rung);
  }

  /// True if there is nothing to wait for.
  bool begin_wait(std::function<void(bool)> resume_with, std::optional<engine::TimePoint> until) {
    const std::lock_guard lock(mutex);
    assert(!go_on);
    if (rung.exchange(false)) return true;
    ++turn;
    go_on = std::move(resume_with);
    if (until) {
      entry = waiters->add(*until, [weak = weak_from_this(), of_turn = turn] {
        if (const auto self = weak.lock()) self->resume(false, of_turn);
      });
    }
    return false;
  }

  const std::shared_ptr<Timeline::Waiters> waiters;
  std::atomic<bool> rung{false};
  std::mutex mutex;  ///< Before that of `waiters`, where both are held.
  std::function<void(bool)> go_on;
  std::optional<Timeline::Waiters::Key> entry;
  std::uint64_t turn = 0;
};

Bell::Bell(Timeline& timeline) : state_(std::make_shared<State>(timeline.waiters_)) {}
Bell::~Bell() = default;

void Bell::ring() {
  if (state_->rung.exchange(true)) return;
  state_->resume(true, std::nullopt);
}

asio::awaitable<bool> Bell::wait(std::optional<engine::TimePoint> until) {
  if (state_->rung.exchange(false)) co_return true;
  if (until && *until <= state_->waiters->clock.now()) co_return false;

  // Keeps the executor's `run` from returning while this coroutine waits.
  const asio::any_io_executor executor =
      asio::prefer(co_await asio::this_coro::executor, asio::execution::outstanding_work.tracked);
  auto state = state_;
  auto initiate = [state, until, executor](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    std::function<void(bool)> go_on = [shared, executor](bool was_rung) {
      asio::post(executor, [shared, was_rung] { std::move (*shared)(was_rung); });
    };
    if (state->begin_wait(go_on, until)) go_on(true);
  };
  asio::use_awaitable_t<> token;
  co_return co_await asio::async_initiate<asio::use_awaitable_t<>, void(bool)>(initiate, token);
}

void Signal::ring() {
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& bell : waiting) bell->ring();
}

asio::awaitable<bool> Signal::wait(std::optional<engine::TimePoint> until) {
  auto bell = std::make_shared<Bell>(timeline_);
  waiting_.push_back(bell);
  const bool was_rung = co_await bell->wait(until);
  if (!was_rung) std::erase(waiting_, bell);
  co_return was_rung;
}

}  // namespace mapping
