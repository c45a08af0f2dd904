#include "server/listener.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <exception>
#include <thread>
#include <unordered_set>

#include "server/origin.h"
#include "server/router.h"

namespace server {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// How often a thread looks for clients that are late.
std::chrono::milliseconds sweep_interval(const TimeLimits& limits) {
  const auto shortest = std::min({limits.idle, limits.header, limits.silence, limits.write});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(5),
                                               std::chrono::seconds(1));
}

tcp::endpoint endpoint_of(asio::io_context& context, std::string host, std::uint16_t port) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    throw ListenError("--host: " + host + " is no address of this machine");
  }
  // A name that has both kinds of address means the one that clients try first.
  for (const auto& entry : found) {
    if (entry.endpoint().address().is_v4()) return entry.endpoint();
  }
  return found.begin()->endpoint();
}

}  // namespace

/// One thread and its connections, which only it touches.
class Listener::Thread {
 public:
  Thread(const Router& router, const engine::Clock& clock, const TimeLimits& limits)
      : router_(router), clock_(clock), limits_(limits), thread_([this] { context_.run(); }) {}
  ~Thread() { thread_.join(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  asio::io_context& context() { return context_; }
  /// From any thread, as `take` is. The thread ends when its requests are answered.
  void finish() {
    asio::post(context_, [this] { begin_finish(); });
  }
  void take(tcp::socket socket) {
    asio::post(context_,
               [this, socket = std::move(socket)]() mutable { begin(std::move(socket)); });
  }

 private:
  void begin(tcp::socket socket) {
    if (is_finishing_) return;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(std::move(socket), router_, clock_, limits_);
    connections_.insert(connection);
    asio::co_spawn(context_, connection->run(), [this, connection](std::exception_ptr thrown) {
      connections_.erase(connection);
      if (thrown) tell(thrown);
      if (is_finishing_ && connections_.empty()) end();
    });
    if (!is_sweeping_) sweep();
  }

  static void tell(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      spdlog::error("A connection ended: {}", error.what());
    }
  }

  /// Wakes up only as long as there are connections.
  void sweep() {
    is_sweeping_ = !connections_.empty();
    if (!is_sweeping_) return;
    sweep_.expires_after(sweep_interval(limits_));
    sweep_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      const auto now = std::chrono::steady_clock::now();
      for (const auto& connection : connections_) connection->close_if_late(now);
      sweep();
    });
  }

  void begin_finish() {
    is_finishing_ = true;
    for (const auto& connection : connections_) connection->finish();
    if (connections_.empty()) end();
  }

  void end() {
    sweep_.cancel();
    work_.reset();
  }

  const Router& router_;
  const engine::Clock& clock_;
  const TimeLimits& limits_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
  asio::steady_timer sweep_{context_};
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  bool is_sweeping_ = false;
  bool is_finishing_ = false;
  std::thread thread_;
};

Listener::Listener(const std::string& host, std::uint16_t port)
    : acceptor_(accept_context_), retry_(accept_context_) {
  const auto endpoint = endpoint_of(accept_context_, host, port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  // Taken for good: of two programs that start at once, one learns here that it is too late.
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error == asio::error::address_in_use) {
    throw ListenError("--port: " + url_host(host) + ":" + std::to_string(port) +
                      " is already in use by another program");
  }
  if (error) {
    throw ListenError("cannot listen on " + url_host(host) + ":" + std::to_string(port) + ": " +
                      error.message());
  }
  port_ = acceptor_.local_endpoint().port();
}

Listener::~Listener() {
  finish();
  join();
}

void Listener::start(const Router& router, const engine::Clock& clock, int threads,
                     TimeLimits limits) {
  limits_ = limits;
  for (int i = 0; i < threads; ++i) {
    threads_.push_back(std::make_unique<Thread>(router, clock, limits_));
  }
  accept();
  accept_thread_ = std::thread([this] { accept_context_.run(); });
}

void Listener::accept() {
  auto& thread = *threads_[next_thread_];
  next_thread_ = (next_thread_ + 1) % threads_.size();
  acceptor_.async_accept(thread.context(),
                         [this, &thread](boost::system::error_code error, tcp::socket socket) {
                           if (error == asio::error::operation_aborted) return;
                           if (!error) {
                             thread.take(std::move(socket));
                             accept();
                             return;
                           }
                           spdlog::warn("Cannot accept a connection: {}", error.message());
                           retry_.expires_after(std::chrono::milliseconds(100));
                           retry_.async_wait([this](boost::system::error_code stopped) {
                             if (!stopped) accept();
                           });
                         });
}

void Listener::finish() {
  asio::post(accept_context_, [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  });
  for (const auto& thread : threads_) thread->finish();
}

void Listener::join() {
  if (accept_thread_.joinable()) accept_thread_.join();
  threads_.clear();
}

}  // namespace server
