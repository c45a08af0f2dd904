#include "mapping/journey.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "engine/api_error.h"

namespace mapping {

namespace asio = boost::asio;

/// A journey that is under way: the clock is held, and all who wait are told when it goes on.
class Journey::Turn {
 public:
  explicit Turn(Journey& journey) : journey_(journey) {
    journey_.timeline_.ring_when_quiet(journey_.quiet_);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    journey_.clock_.release();  // In case it was broken off.
    journey_.tell_timeline();
    journey_.timeline_.ring_when_quiet(nullptr);
    ++journey_.turns_ended_;
    journey_.turn_ended_.ring();
  }

 private:
  Journey& journey_;
};

Journey::Journey(asio::io_context& context, engine::MovableClock& clock, Timeline& timeline)
    : context_(context),
      clock_(clock),
      timeline_(timeline),
      quiet_(std::make_shared<Bell>(timeline, Bell::Role::onlooker)),
      turn_ended_(timeline) {
  tell_timeline();
}

asio::awaitable<Journey::Reading> Journey::make(ClockMove move) {
  auto work = do_make(move);
  co_return co_await asio::co_spawn(context_, std::move(work), asio::use_awaitable);
}

asio::awaitable<void> Journey::stop() {
  is_stopping_ = true;
  quiet_->ring();
  while (turns_ended_ < turns_taken_) co_await turn_ended_.wait();
}

asio::awaitable<Journey::Reading> Journey::do_make(ClockMove move) {
  const auto turn = turns_taken_++;
  while (turns_ended_ < turn) co_await turn_ended_.wait();

  const Turn under_way(*this);
  refuse_if_stopping();
  if (move.freeze) {
    if (*move.freeze) clock_.freeze();
    if (!*move.freeze) clock_.unfreeze();
  }
  if (!move.by && !move.to) co_return clock_.read();

  const auto start = clock_.hold();
  tell_timeline();
  const auto target = move.to.value_or(start.now + move.by.value_or(engine::Duration(0)));
  co_await travel(target);
  refuse_if_stopping();
  clock_.release(start.offset + (target - start.now));
  co_return clock_.read();
}

void Journey::refuse_if_stopping() const {
  if (!is_stopping_) return;
  throw engine::ApiError("ServiceUnavailable",
                         "The server is stopping; the clock stays where it has come to", 503);
}

asio::awaitable<void> Journey::travel(engine::TimePoint target) {
  co_await settle();
  if (target < clock_.now()) {
    clock_.move_to(target);
    tell_timeline();
  }
  while (clock_.now() < target && !is_stopping_) {
    const auto due = timeline_.next_due().value_or(target);
    clock_.move_to(std::clamp(due, clock_.now(), target));
    tell_timeline();
    co_await settle();
  }
}

asio::awaitable<void> Journey::settle() {
  while (!timeline_.is_quiet() && !is_stopping_) co_await quiet_->wait(std::nullopt);
}

}  // namespace mapping
