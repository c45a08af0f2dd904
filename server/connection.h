#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "server/http.h"
#include "server/request_reader.h"

namespace engine {
class Clock;
}  // namespace engine

namespace server {

class Router;

/// How long a client may take.
struct TimeLimits {
  std::chrono::milliseconds idle = std::chrono::minutes(5);      ///< Between two requests.
  std::chrono::milliseconds header = std::chrono::seconds(30);   ///< For all of a header.
  std::chrono::milliseconds silence = std::chrono::seconds(30);  ///< Between two pieces of a body.
  std::chrono::milliseconds write = std::chrono::seconds(60);    ///< To take an answer.
};

/// One client connection: reads a request, has it answered, writes the answer, and again. Requests
/// that were sent ahead are answered in their order.
///
/// Lives on one thread, which also runs the operations that answer at once.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Connection(boost::asio::ip::tcp::socket socket, const Router& router, const engine::Clock& clock,
             const TimeLimits& limits);
  ~Connection();

  /// Until the client goes away, is too slow, or `finish` is called.
  boost::asio::awaitable<void> run();
  /// Closes it if the client has been silent for longer than it may.
  void close_if_late(Time now);
  /// The request in hand is still answered.
  void finish();
  /// Closes it at once.
  void close();

 private:
  /// True once a request is there; false when there is nothing to answer any more.
  boost::asio::awaitable<bool> read();
  boost::asio::awaitable<void> write();
  /// Says no more and hears the client out for a moment, so that the last answer reaches it.
  boost::asio::awaitable<void> linger();
  void allow(std::chrono::milliseconds time);

  boost::asio::ip::tcp::socket socket_;
  const Router& router_;
  const engine::Clock& clock_;
  const TimeLimits& limits_;
  RequestReader reader_;
  HttpAnswer answer_;
  std::string head_;
  Time deadline_ = Time::max();
  bool is_working_ = false;  ///< A request is being answered.
  bool is_finishing_ = false;
};

}  // namespace server
