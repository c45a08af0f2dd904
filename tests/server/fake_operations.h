#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/application.h"
#include "server/listener.h"
#include "server/router.h"

namespace server {

/// Operations that do next to nothing, so that tests see what the server makes of them.
///
/// DynamoDB: `Echo` answers the length of `Text` and who calls; `Fill` answers as many bytes as
/// `Bytes` says; `Refuse`, `BreakStore`, `BreakDown` throw. SQS: `EchoQueue` answers its input;
/// `RefuseQueue`. Lambda: `POST /2015-03-31/echo/{Name}`; `POST /2015-03-31/refuse/{Code}`; `POST
/// /2015-03-31/wait` waits until `release_waiting`. Control: `POST /_dynamill/echo`.
Operations fake_operations();

/// A request to `wait`.
class WaitingRequest {
 public:
  /// Returns once there is one.
  WaitingRequest();
  /// Lets it go.
  void release();

 private:
  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer* timer_;
};

/// A program in this process, in memory, on a free port; with the fake operations or with others.
class FakeServer {
 public:
  explicit FakeServer(TimeLimits limits = {}, int threads = 2,
                      const Operations& operations = fake_operations());
  ~FakeServer();

  std::uint16_t port() const { return listener_.port(); }
  /// Host and port, as in a `Host` header.
  std::string host() const { return "127.0.0.1:" + std::to_string(port()); }
  Listener& listener() { return listener_; }
  const Router& router() const { return router_; }

 private:
  Listener listener_;
  Application application_;
  Router router_;
};

}  // namespace server
