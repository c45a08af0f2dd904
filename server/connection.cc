#include "server/connection.h"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string_view>

#include "engine/clock.h"
#include "server/metrics.h"
#include "server/router.h"

namespace server {

namespace asio = boost::asio;

namespace {

/// Errors come back as values: a client that goes away is no exception.
constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

/// A body that one large answer made this big is given back.
constexpr std::size_t kept_body_bytes_max = 256 * 1024;
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes_max = 64 * 1024 * 1024;

/// The date of the answers, written once a second.
std::string_view date_now(const engine::Clock& clock) {
  static thread_local long long written_for = -1;
  static thread_local std::string date;
  const auto now = engine::epoch_seconds(clock.now());
  if (now != written_for) {
    date = http_date(now);
    written_for = now;
  }
  return date;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Router& router,
                       const engine::Clock& clock, const TimeLimits& limits)
    : socket_(std::move(socket)), router_(router), clock_(clock), limits_(limits) {
  router_.metrics().connection_opened();
}

Connection::~Connection() { router_.metrics().connection_closed(); }

void Connection::allow(std::chrono::milliseconds time) {
  deadline_ = std::chrono::steady_clock::now() + time;
}

void Connection::close_if_late(Time now) {
  if (now >= deadline_) close();
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connection::finish() {
  is_finishing_ = true;
  if (!is_working_) close();
}

asio::awaitable<bool> Connection::read() {
  using State = RequestReader::State;
  allow(limits_.idle);
  bool has_begun = false;
  for (;;) {
    const State state = reader_.next();
    if (state == State::complete || state == State::refused) co_return true;
    if (state == State::wants_continue) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto said = asio::buffer(go_on);
      co_await asio::async_write(socket_, said, with_error);
      continue;
    }
    if (!reader_.is_idle()) {
      // A header has one time for all of it; a body may take long as long as it goes on.
      if (reader_.has_header()) {
        allow(limits_.silence);
      } else if (!has_begun) {
        allow(limits_.header);
      }
      has_begun = true;
    }
    const auto space = reader_.space();
    const auto into = asio::buffer(space.data(), space.size());
    const auto [error, bytes] = co_await socket_.async_read_some(into, with_error);
    if (error) co_return false;
    reader_.received(bytes);
  }
}

asio::awaitable<void> Connection::write() {
  const bool has_no_body = reader_.refusal() == 0 && reader_.request().method == "HEAD";
  const AnswerHead about{.date = date_now(clock_),
                         .keep_alive = reader_.keep_alive() && !is_finishing_};
  head_.clear();
  append_head(head_, answer_, about);
  allow(limits_.write);
  const std::array<asio::const_buffer, 2> parts = {
      asio::buffer(head_), has_no_body ? asio::const_buffer() : asio::buffer(answer_.body)};
  const auto [error, bytes] = co_await asio::async_write(socket_, parts, with_error);
  if (error) close();
}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  while (co_await read()) {
    is_working_ = true;
    deadline_ = Time::max();
    answer_.clear();
    if (reader_.refusal() != 0) {
      answer_.status = reader_.refusal();
    } else if (!router_.answer_at_once(reader_.request(), answer_)) {
      co_await router_.answer(reader_.request(), answer_);
    }
    if (answer_.is_lost) break;
    const bool goes_on = reader_.keep_alive() && !is_finishing_;
    co_await write();
    is_working_ = false;
    if (!goes_on || is_finishing_ || !socket_.is_open()) break;
    reader_.done();
    if (answer_.body.capacity() > kept_body_bytes_max) std::string().swap(answer_.body);
  }
  if (reader_.refusal() != 0 && socket_.is_open()) co_await linger();
  close();
}

asio::awaitable<void> Connection::linger() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  allow(linger_time);
  std::array<char, 4096> unheard;
  for (std::size_t heard = 0; heard < linger_bytes_max;) {
    const auto into = asio::buffer(unheard);
    const auto [error, bytes] = co_await socket_.async_read_some(into, with_error);
    if (error) co_return;
    heard += bytes;
  }
}

}  // namespace server
