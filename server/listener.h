#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server/connection.h"

namespace server {

class Router;

/// The address cannot be served: says in a user's words why.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The port, and the threads that serve its clients. Each thread has its own share of the
/// connections, handed out in turn, and nothing is passed between threads.
class Listener {
 public:
  /// Takes the port (`port` 0: a free one). Who connects now waits until `start`. Throws
  /// `ListenError`.
  Listener(const std::string& host, std::uint16_t port);
  ~Listener();

  std::uint16_t port() const { return port_; }

  /// Lets clients in. Returns at once.
  void start(const Router& router, const engine::Clock& clock, int threads, TimeLimits limits = {});
  /// Lets no more clients in and closes idle connections. Returns at once; running requests go on.
  void finish();
  /// After that: returns when the running requests are answered and the threads have ended.
  void join();

 private:
  class Thread;

  void accept();

  boost::asio::io_context accept_context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  std::uint16_t port_ = 0;
  TimeLimits limits_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::size_t next_thread_ = 0;
  std::thread accept_thread_;
};

}  // namespace server
