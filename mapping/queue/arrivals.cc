#include "mapping/queue/arrivals.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

namespace mapping {

namespace asio = boost::asio;

namespace {

/// By the name of a queue.
using Bells = std::multimap<std::string, std::shared_ptr<Bell>, std::less<>>;

void remove_bell(Bells& bells, const std::string& queue_name, const std::shared_ptr<Bell>& bell) {
  const auto [from, to] = bells.equal_range(queue_name);
  for (auto at = from; at != to; ++at) {
    if (at->second != bell) continue;
    bells.erase(at);
    return;
  }
}

}  // namespace

struct Arrivals::Waiters {
  std::mutex mutex;
  Bells clients;
  Bells mappings;
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
    for (const auto* bells : {&waiters_->clients, &waiters_->mappings}) {
      const auto [from, to] = bells->equal_range(*name);
      for (auto at = from; at != to; ++at) rung.push_back(at->second);
    }
  }
  for (const auto& bell : rung) bell->ring();
}

void Arrivals::add(const std::string& queue_name, std::shared_ptr<Bell> bell) {
  const std::lock_guard lock(waiters_->mutex);
  waiters_->mappings.emplace(queue_name, std::move(bell));
}

void Arrivals::remove(const std::string& queue_name, const std::shared_ptr<Bell>& bell) {
  const std::lock_guard lock(waiters_->mutex);
  remove_bell(waiters_->mappings, queue_name, bell);
}

void Arrivals::stop() {
  std::vector<std::shared_ptr<Bell>> rung;
  {
    const std::lock_guard lock(waiters_->mutex);
    waiters_->is_stopped = true;
    for (const auto& [name, bell] : waiters_->clients) rung.push_back(bell);
  }
  for (const auto& bell : rung) bell->ring();
}

std::size_t Arrivals::waiting() const {
  const std::lock_guard lock(waiters_->mutex);
  return waiters_->clients.size();
}

Arrivals::Waiter::Waiter(Arrivals& arrivals, const std::string& queue_name, engine::Duration time)
    : waiters_(arrivals.waiters_),
      bell_(std::make_shared<Bell>(arrivals.timeline_)),
      queue_name_(queue_name),
      deadline_(std::chrono::steady_clock::now() + time) {
  const std::lock_guard lock(waiters_->mutex);
  waiters_->clients.emplace(queue_name_, bell_);
}

Arrivals::Waiter::~Waiter() {
  bell_->rest();  // Somebody may have it in hand to ring it.
  const std::lock_guard lock(waiters_->mutex);
  remove_bell(waiters_->clients, queue_name_, bell_);
}

bool Arrivals::Waiter::is_over() const {
  const std::lock_guard lock(waiters_->mutex);
  return waiters_->is_stopped || std::chrono::steady_clock::now() >= deadline_;
}

asio::awaitable<bool> Arrivals::Waiter::wait(std::optional<engine::TimePoint> until) {
  if (is_over()) co_return false;
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline_);
  timer.async_wait([bell = bell_](const boost::system::error_code& error) {
    if (!error) bell->ring();
  });
  co_await bell_->wait(until);
  co_return !is_over();
}

}  // namespace mapping
