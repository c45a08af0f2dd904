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

  /// Nothing: it is due already. Whoever moves the clock looks at the entries after it, so one of
  /// both sees the other.
  std::optional<Key> add(engine::TimePoint due, std::function<void()> on_due) {
    const std::lock_guard lock(mutex);
    if (due <= clock.now()) return std::nullopt;
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
    if (!is_running) return;  // Until the clock is moved, nothing falls due.
    const auto nap = std::clamp(entries.begin()->first.first - clock.now(),
                                engine::Duration::zero(), longest_nap);
    timer.expires_after(nap);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (error) return;
      if (const auto self = weak.lock()) self->fire();
    });
  }

  void begin_work() { ++at_work; }

  void end_work() {
    if (--at_work > 0 || !is_watched) return;
    std::shared_ptr<Bell> bell;
    {
      const std::lock_guard lock(watcher_mutex);
      bell = watcher.lock();
    }
    if (bell) bell->ring();
  }

  const engine::Clock& clock;
  mutable std::mutex mutex;
  asio::steady_timer timer;
  bool is_running = true;
  std::map<Key, std::function<void()>> entries;
  std::uint64_t last_id = 0;

  std::atomic<std::int64_t> at_work{0};
  /// It spares those who come to rest the lock.
  std::atomic<bool> is_watched{false};
  std::mutex watcher_mutex;
  std::weak_ptr<Bell> watcher;  ///< Rung when nobody is at work.
};

Timeline::Timeline(asio::io_context& context, const engine::Clock& clock)
    : waiters_(std::make_shared<Waiters>(context, clock)) {}

Timeline::~Timeline() {
  const std::lock_guard lock(waiters_->mutex);
  waiters_->timer.cancel();
}

std::optional<engine::TimePoint> Timeline::next_due() const {
  const std::lock_guard lock(waiters_->mutex);
  if (waiters_->entries.empty()) return std::nullopt;
  return waiters_->entries.begin()->first.first;
}

void Timeline::on_clock_moved(bool is_running) {
  {
    const std::lock_guard lock(waiters_->mutex);
    waiters_->is_running = is_running;
  }
  waiters_->fire();
}

bool Timeline::is_quiet() const { return waiters_->at_work == 0; }

void Timeline::ring_when_quiet(const std::shared_ptr<Bell>& bell) {
  const std::lock_guard lock(waiters_->watcher_mutex);
  waiters_->watcher = bell;
  waiters_->is_watched = bell != nullptr;
}

Timeline::Work::Work(const Timeline& timeline) : waiters_(timeline.waiters_) {
  waiters_->begin_work();
}

Timeline::Work::~Work() { waiters_->end_work(); }

struct Bell::State : std::enable_shared_from_this<State> {
  State(std::shared_ptr<Timeline::Waiters> all, Role role)
      : waiters(std::move(all)), is_counted(role == Role::worker), is_at_work(is_counted) {
    if (is_at_work) waiters->begin_work();
  }

  void ring() {
    // A kept ring means that the owner does not wait and is counted. The exchange, even with
    // itself, orders what the ringer did before what the owner does after it has taken the ring.
    bool is_kept = true;
    if (rung.compare_exchange_strong(is_kept, true)) return;
    wake(true, std::nullopt);
  }

  /// Whoever waits goes on; `of_turn`: only if it is still that wait.
  void wake(bool was_rung, std::optional<std::uint64_t> of_turn) {
    std::function<void(bool)> waiting;
    {
      const std::lock_guard lock(mutex);
      if (of_turn && *of_turn != turn) return;
      if (!go_on) {
        if (was_rung) rung = true;
        return;
      }
      if (entry) waiters->remove(*entry);
      entry.reset();
      waiting = std::exchange(go_on, nullptr);
      if (is_counted) waiters->begin_work();
      is_at_work = is_counted;
    }
    waiting(was_rung);
  }

  /// Whether it was rung, if there is nothing to wait for.
  std::optional<bool> begin_wait(std::function<void(bool)> resume_with,
                                 std::optional<engine::TimePoint> until) {
    const auto all = waiters;  // Once it may be woken, this may be gone.
    bool was_at_work = false;
    {
      const std::lock_guard lock(mutex);
      assert(!go_on);
      if (rung.exchange(false)) return true;
      ++turn;
      if (until) {
        entry = waiters->add(*until, [weak = weak_from_this(), of_turn = turn] {
          if (const auto self = weak.lock()) self->wake(false, of_turn);
        });
        if (!entry) return false;
      }
      go_on = std::move(resume_with);
      was_at_work = std::exchange(is_at_work, false);
    }
    if (was_at_work) all->end_work();
    return std::nullopt;
  }

  void rest() {
    bool was_at_work = false;
    {
      const std::lock_guard lock(mutex);
      is_counted = false;
      was_at_work = std::exchange(is_at_work, false);
    }
    if (was_at_work) waiters->end_work();
  }

  const std::shared_ptr<Timeline::Waiters> waiters;
  std::atomic<bool> rung{false};  ///< Set with the mutex held.
  std::mutex mutex;               ///< Before that of `waiters`, where both are held.
  std::function<void(bool)> go_on;
  std::optional<Timeline::Waiters::Key> entry;
  std::uint64_t turn = 0;
  bool is_counted;
  bool is_at_work;
};

Bell::Bell(Timeline& timeline, Role role)
    : state_(std::make_shared<State>(timeline.waiters_, role)) {}
Bell::~Bell() { rest(); }

void Bell::ring() { state_->ring(); }
void Bell::rest() { state_->rest(); }

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
    if (const auto was_rung = state->begin_wait(go_on, until)) go_on(*was_rung);
  };
  asio::use_awaitable_t<> token;
  co_return co_await asio::async_initiate<asio::use_awaitable_t<>, void(bool)>(initiate, token);
}

void Signal::ring() {
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& bell : waiting) bell->ring();
}

asio::awaitable<void> Signal::wait() {
  auto bell = std::make_shared<Bell>(timeline_, Bell::Role::onlooker);
  waiting_.push_back(bell);
  co_await bell->wait(std::nullopt);
}

}  // namespace mapping
