#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "engine/arn.h"
#include "engine/clock.h"
#include "mapping/function/functions.h"

namespace mapping {

/// What mappings ask of functions. As in `Functions`, which is the real one.
class Invoker {
 public:
  virtual ~Invoker() = default;
  virtual boost::asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                                     engine::Caller caller) = 0;
  virtual boost::asio::awaitable<Invocation> invoke(InvocationRequest request) = 0;
  virtual boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string arn) = 0;
};

/// What fails on the way, and is none of the function's own, is told as `throttled` too.
boost::asio::awaitable<Invocation> invoke_in_any_case(Invoker& invoker, InvocationRequest request);

class FunctionInvoker final : public Invoker {
 public:
  explicit FunctionInvoker(Functions& functions) : functions_(functions) {}

  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                             engine::Caller caller) override {
    return functions_.resolve(std::move(name_or_arn), std::move(caller));
  }
  boost::asio::awaitable<Invocation> invoke(InvocationRequest request) override {
    return functions_.invoke(std::move(request));
  }
  boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string arn) override {
    return functions_.timeout(std::move(arn));
  }

 private:
  Functions& functions_;
};

}  // namespace mapping
