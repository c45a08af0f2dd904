#include "mapping/faults/invoker.h"

#include <nlohmann/json.hpp>

#include "engine/random.h"
#include "mapping/timeline.h"

namespace mapping {

namespace asio = boost::asio;

namespace {

Invocation not_reached(std::string why) {
  Invocation invocation;
  invocation.result = Invocation::Result::throttled;
  invocation.error_message = std::move(why);
  return invocation;
}

Invocation failed(const Strike& strike, std::string request_id) {
  Invocation invocation;
  invocation.result = Invocation::Result::failed;
  invocation.request_id = std::move(request_id);
  invocation.error_type = strike.error_type.empty() ? "Fault" : strike.error_type;
  invocation.error_message = strike.error_message.empty()
                                 ? "Failed on demand, as plan " + strike.plans + " says"
                                 : strike.error_message;
  invocation.payload = nlohmann::ordered_json{{"errorType", invocation.error_type},
                                              {"errorMessage", invocation.error_message}}
                           .dump();
  return invocation;
}

}  // namespace

asio::awaitable<Invocation> FaultyInvoker::invoke(InvocationRequest request) {
  if (!faults_.has_handler_plans()) return next_.invoke(std::move(request));
  auto strike = faults_.strike(request);
  if (!strike) return next_.invoke(std::move(request));
  return invoke_struck(std::move(request), std::move(*strike));
}

asio::awaitable<Invocation> FaultyInvoker::invoke_struck(InvocationRequest request, Strike strike) {
  if (request.request_id.empty()) request.request_id = random_.uuid();
  const auto request_id = request.request_id;
  const auto plans = strike.plans;
  auto work = carry_out(std::move(request), std::move(strike));
  auto invocation = co_await std::move(work);
  if (invocation.request_id.empty()) invocation.request_id = request_id;
  invocation.fault = plans;
  co_return invocation;
}

asio::awaitable<Invocation> FaultyInvoker::carry_out(InvocationRequest request, Strike strike) {
  auto time = strike.delay;
  engine::Duration time_limit{0};
  if (strike.fault == Fault::time_out) {
    const auto timeout = co_await next_.timeout(request.arn);
    time_limit = timeout.value_or(engine::Duration(0));
    time += time_limit;
    request.mishap = Mishap::time_out;
  } else if (strike.fault == Fault::crash) {
    request.mishap = Mishap::crash;
  }
  if (time > engine::Duration(0)) {
    const bool has_passed = co_await wait(time, request.at_work);
    if (!has_passed) co_return not_reached("The server is stopping");
  }

  if (strike.fault == Fault::throttle) co_return not_reached("Rate Exceeded.");
  if (strike.fault == Fault::fail) co_return failed(strike, request.request_id);
  const auto request_id = request.request_id;
  auto invocation = co_await next_.invoke(std::move(request));
  invocation.duration += time_limit;
  if (strike.fault == Fault::lose_answer) {
    const auto duration = invocation.duration;
    invocation = not_reached("The answer was lost on demand, as plan " + strike.plans + " says");
    invocation.error_type = "ServiceException";
    invocation.request_id = request_id;
    invocation.duration = duration;
  }
  co_return invocation;
}

asio::awaitable<bool> FaultyInvoker::wait(engine::Duration time,
                                          std::shared_ptr<const void>& at_work) {
  const auto until = clock_.now() + time;
  const auto bell = std::make_shared<Bell>(timeline_);
  {
    const std::lock_guard lock(mutex_);
    if (is_stopping_) co_return false;
    waiting_.insert(bell);
  }
  const bool is_counted = at_work != nullptr;
  at_work.reset();
  const bool was_rung = co_await bell->wait(until);
  if (is_counted) at_work = std::make_shared<Timeline::Work>(timeline_);
  const std::lock_guard lock(mutex_);
  waiting_.erase(bell);
  co_return !was_rung;
}

void FaultyInvoker::stop() {
  std::set<std::shared_ptr<Bell>> waiting;
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    waiting = waiting_;
  }
  for (const auto& bell : waiting) bell->ring();
}

}  // namespace mapping
