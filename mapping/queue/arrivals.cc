#include "mapping/queue/arrivals.h"

#include <map>
#include <mutex>
#include <vector>

namespace mapping {

/// The bells of the waiting, by the name of their queue.
struct Arrivals::Waiters {
  std::mutex mutex;
  std::multimap<std::string, std::shared_ptr<Bell>, std::less<>> bells;
  bool is_stopped = false;
};

Arrivals::Arrivals(Timeline& timeline)
    : timeline_(timeline), waiters_(std::make_shared<Waiters>()) {}

Arrivals::~Arrivals() = default;

void Arrivals::on_messages(std::string_view queue_arn) {
  const auto name = engine::queue_name_of_arn(queue_arn);
  if (!name) return;
  std::vector<std::shared_ptr<Bell>> rung;
  {
    const std::lock_guard lock(waiters_->mutex);
    const auto [from, to] = waiters_->bells.equal_range(*name);
    for (auto at = from; at != to; ++at) rung.push_back(at->second);
  }
  for (const auto& bell : rung) bell->ring();
}

void Arrivals::stop() {
  std::vector<std::shared_ptr<Bell>> rung;
  {
    const std::lock_guard lock(waiters_->mutex);
    waiters_->is_stopped = true;
    for (const auto& [name, bell] : waiters_->bells) rung.push_back(bell);
  }
  for (const auto& bell : rung) bell->ring();
}

std::size_t Arrivals::waiting() const {
  const std::lock_guard lock(waiters_->mutex);
  return waiters_->bells.size();
}

Arrivals::Waiter::Waiter(Arrivals& arrivals, const std::string& queue_name)
    : waiters_(arrivals.waiters_),
      bell_(std::make_shared<Bell>(arrivals.timeline_)),
      queue_name_(queue_name) {
  const std::lock_guard lock(waiters_->mutex);
  waiters_->bells.emplace(queue_name_, bell_);
}

Arrivals::Waiter::~Waiter() {
  const std::lock_guard lock(waiters_->mutex);
  const auto [from, to] = waiters_->bells.equal_range(queue_name_);
  for (auto at = from; at != to; ++at) {
    if (at->second != bell_) continue;
    waiters_->bells.erase(at);
    return;
  }
}

boost::asio::awaitable<bool> Arrivals::Waiter::wait(std::optional<engine::TimePoint> until) {
  {
    const std::lock_guard lock(waiters_->mutex);
    if (waiters_->is_stopped) co_return false;
  }
  co_await bell_->wait(until);
  const std::lock_guard lock(waiters_->mutex);
  co_return !waiters_->is_stopped;
}

}  // namespace mapping
