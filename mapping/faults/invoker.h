#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "mapping/faults/faults.h"
#include "mapping/invoker.h"

namespace engine {
class Random;
}

namespace mapping {

class Bell;
class Timeline;

/// Calls functions, and does to the calls what is planned.
///
/// Safe to call from any thread. A call that is delayed waits on the timeline: it is not at work.
class FaultyInvoker final : public Invoker {
 public:
  FaultyInvoker(Invoker& next, Faults& faults, Timeline& timeline, const engine::Clock& clock,
                engine::Random& random)
      : next_(next), faults_(faults), timeline_(timeline), clock_(clock), random_(random) {}

  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                             engine::Caller caller) override {
    return next_.resolve(std::move(name_or_arn), std::move(caller));
  }
  boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string arn) override {
    return next_.timeout(std::move(arn));
  }
  boost::asio::awaitable<Invocation> invoke(InvocationRequest request) override;

  /// Nobody is delayed any longer, from now on: those who wait are not called.
  void stop();

 private:
  boost::asio::awaitable<Invocation> invoke_struck(InvocationRequest request, Strike strike);
  boost::asio::awaitable<Invocation> carry_out(InvocationRequest request, Strike strike);
  /// Waits, and nobody is at work for it meanwhile. False: it was broken off.
  boost::asio::awaitable<bool> wait(engine::Duration time, std::shared_ptr<const void>& at_work);

  Invoker& next_;
  Faults& faults_;
  Timeline& timeline_;
  const engine::Clock& clock_;
  engine::Random& random_;
  std::mutex mutex_;
  std::set<std::shared_ptr<Bell>> waiting_;
  bool is_stopping_ = false;
};

}  // namespace mapping
