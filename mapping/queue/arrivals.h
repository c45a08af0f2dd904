#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/queue/queues.h"
#include "mapping/timeline.h"

namespace mapping {

/// Where receivers wait until their queue has something for them: clients, who wait once and for so
/// long, and mappings, who have a bell of their own.
///
///     Arrivals::Waiter waiter(arrivals, queue_name, time);
///     while (nothing was received && co_await waiter.wait(next_visible)) receive again;
///
/// Safe to call from any thread.
class Arrivals final : public engine::QueueListener {
 private:
  struct Waiters;

 public:
  explicit Arrivals(Timeline& timeline);
  ~Arrivals() override;

  void on_messages(std::string_view queue_arn) override;
  /// Rings `bell` for that queue too, until it is removed.
  void add(const std::string& queue_name, std::shared_ptr<Bell> bell);
  void remove(const std::string& queue_name, const std::shared_ptr<Bell>& bell);

  /// Ends every wait, and every one that begins from now on: the program stops.
  void stop();
  /// How many clients wait, or are about to.
  std::size_t waiting() const;

  /// One client, who waits for `time` at most: of the machine's time, for a client does not live
  /// in ours. From its making on it misses no arrival: make it first, then look into the queue,
  /// then wait.
  class Waiter {
   public:
    Waiter(Arrivals& arrivals, const std::string& queue_name, engine::Duration time);
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    /// True when it is worth looking again: a message may be there, or the clock has reached
    /// `until`. False when the time is over, and when the program stops.
    boost::asio::awaitable<bool> wait(std::optional<engine::TimePoint> until);

   private:
    bool is_over() const;

    std::shared_ptr<Waiters> waiters_;
    std::shared_ptr<Bell> bell_;
    std::string queue_name_;
    const std::chrono::steady_clock::time_point deadline_;
  };

 private:
  Timeline& timeline_;
  std::shared_ptr<Waiters> waiters_;
};

}  // namespace mapping
