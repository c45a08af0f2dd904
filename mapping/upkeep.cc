#include "mapping/upkeep.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

namespace mapping {

namespace asio = boost::asio;

namespace {

/// After a chore has failed.
constexpr engine::Duration trouble_pause = std::chrono::seconds(1);

}  // namespace

Upkeep::Upkeep(asio::io_context& context, const engine::Clock& clock, Timeline& timeline,
               const std::vector<engine::Chore*>& chores)
    : context_(context), clock_(clock), bell_(timeline), ended_(timeline) {
  for (auto* chore : chores) {
    entries_.push_back({chore});
    chore->set_chore_listener(this);
  }
}

Upkeep::~Upkeep() {
  for (const auto& entry : entries_) entry.chore->set_chore_listener(nullptr);
}

void Upkeep::start() {
  is_running_ = true;
  asio::co_spawn(context_, run(), [this](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);
    is_running_ = false;
    bell_.rest();
    ended_.ring();
  });
}

asio::awaitable<void> Upkeep::stop() {
  is_stopping_ = true;
  bell_.ring();
  while (is_running_) co_await ended_.wait();
}

void Upkeep::on_sooner() { bell_.ring(); }

asio::awaitable<void> Upkeep::run() {
  while (!is_stopping_) {
    const auto next_one = next();
    if (!next_one) {
      co_await bell_.wait(std::nullopt);
    } else if (next_one->due > clock_.now()) {
      co_await bell_.wait(next_one->due);
    } else {
      perform(*next_one->entry);
      // There may be much to do: others on this thread take their turn.
      co_await asio::post(context_, asio::use_awaitable);
    }
  }
}

std::optional<Upkeep::Next> Upkeep::next() {
  std::optional<Next> earliest;
  for (auto& entry : entries_) {
    std::optional<engine::TimePoint> due;
    try {
      due = entry.chore->next_due();
      if (due && entry.try_again) due = std::max(*due, *entry.try_again);
    } catch (const std::exception& error) {
      if (!entry.try_again || *entry.try_again <= clock_.now()) on_failure(entry, error);
      due = entry.try_again;
    }
    if (due && (!earliest || *due < earliest->due)) earliest = Next{&entry, *due};
  }
  return earliest;
}

void Upkeep::perform(Entry& entry) {
  try {
    entry.chore->perform(clock_.now());
    entry.try_again.reset();
  } catch (const std::exception& error) {
    on_failure(entry, error);
  }
}

void Upkeep::on_failure(Entry& entry, const std::exception& error) {
  if (!entry.try_again) spdlog::error("upkeep of the store failed: {}", error.what());
  entry.try_again = clock_.now() + trouble_pause;
}

}  // namespace mapping
