#include "mapping/function/runtime_server.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/limits.h"

namespace mapping {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

/// A body that remembers no more than may be in it. What is beyond is read and forgotten, because a
/// process that is still sending would not see the answer to it.
struct BoundedBody {
  struct value_type {
    std::string text;
    bool is_too_large = false;
  };

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(http::header<is_request, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>& length, boost::system::error_code& error) {
      error = {};
      if (!length) return;
      if (*length > engine::limits::invoke_response_bytes_max) {
        body_.is_too_large = true;
      } else {
        body_.text.reserve(static_cast<std::size_t>(*length));
      }
    }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error = {};
      std::size_t taken = 0;
      for (const auto piece : boost::beast::buffers_range_ref(buffers)) {
        taken += piece.size();
        if (body_.text.size() + piece.size() > engine::limits::invoke_response_bytes_max) {
          body_.is_too_large = true;
          body_.text = {};
        }
        if (!body_.is_too_large) {
          body_.text.append(static_cast<const char*>(piece.data()), piece.size());
        }
      }
      return taken;
    }

    void finish(boost::system::error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

constexpr std::string_view api_path = "/2018-06-01/runtime/";
constexpr std::string_view invocation_path = "invocation/";

void read_target(std::string_view method, std::string_view target, RuntimeCall& call) {
  using Kind = RuntimeCall::Kind;
  target = target.substr(0, target.find('?'));
  if (target == "/ping" || target == "/2018-06-01/ping") call.kind = Kind::ping;
  if (!target.starts_with(api_path)) return;
  target.remove_prefix(api_path.size());
  if (method == "GET" && target == "invocation/next") call.kind = Kind::next;
  if (method != "POST") return;
  if (target == "init/error") call.kind = Kind::init_error;
  if (!target.starts_with(invocation_path)) return;
  target.remove_prefix(invocation_path.size());
  const auto slash = target.find('/');
  if (slash == std::string_view::npos) return;
  call.request_id = target.substr(0, slash);
  if (target.substr(slash) == "/response") call.kind = Kind::response;
  if (target.substr(slash) == "/error") call.kind = Kind::error;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Request Entity Too Large";
    default:
      return "Internal Server Error";
  }
}

using OnCall = RuntimeServer::OnCall;

class Connection final : public RuntimeConnection, public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<OnCall> on_call)
      : socket_(std::move(socket)), on_call_(std::move(on_call)) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(boost::none);
    parser_->header_limit(1024 * 1024 + 16 * 1024);  // The X-Ray cause may have a megabyte.
    http::async_read_header(
        socket_, buffer_, *parser_,
        [self = shared_from_this()](boost::system::error_code error, std::size_t) {
          if (!error && !self->parser_->is_done()) return self->read_body();
          self->on_read(error);
        });
  }

  void answer(int status, std::string body) override {
    std::string fields = "Content-Type: ";
    fields += body.starts_with('{') ? "application/json\r\n" : "text/plain\r\n";
    send(status, fields, std::make_shared<const std::string>(std::move(body)));
  }

  void answer_next(std::string fields, std::shared_ptr<const std::string> event) override {
    fields += "Content-Type: application/json\r\n";
    send(200, fields, std::move(event));
  }

  bool is_open() const override { return socket_.is_open(); }

  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void read_body() {
    // curl asks for leave before it sends a large body, and waits a second for it.
    if (parser_->get()[http::field::expect] == "100-continue") {
      boost::system::error_code ignored;
      socket_.write_some(asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), ignored);
    }
    http::async_read(socket_, buffer_, *parser_,
                     [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

  void on_read(boost::system::error_code error) {
    if (error == asio::error::operation_aborted || !*on_call_) return close();
    const bool is_truncated = error == http::error::partial_message;
    if (error && !(is_truncated && parser_->is_header_done())) return close();

    RuntimeCall call;
    const auto& message = parser_->get();
    const auto field = [&message](std::string_view name) { return std::string(message[name]); };
    read_target(message.method_string(), message.target(), call);
    call.error_type = field("Lambda-Runtime-Function-Error-Type");
    call.error_body = field("Lambda-Runtime-Function-Error-Body");
    call.response_mode = field("Lambda-Runtime-Function-Response-Mode");
    call.is_truncated = is_truncated;
    is_last_ = is_truncated || !message.keep_alive();
    call.is_too_large = message.body().is_too_large;
    call.body = std::move(parser_->get().body().text);

    is_answered_ = false;
    (*on_call_)(std::move(call), shared_from_this());
    if (!is_answered_) watch();
  }

  /// While the process waits for work, its going away is noticed.
  void watch() {
    socket_.async_wait(
        tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
          if (error || self->is_answered_) return;
          char byte = 0;
          boost::system::error_code end;
          self->socket_.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, end);
          if (end && end != asio::error::would_block) self->close();
        });
  }

  void send(int status, std::string_view fields, std::shared_ptr<const std::string> body) {
    if (std::exchange(is_answered_, true) || !socket_.is_open()) return;
    body_ = std::move(body);
    head_ = "HTTP/1.1 " + std::to_string(status) + " ";
    head_ += reason_of(status);
    head_ += "\r\n";
    head_ += fields;
    head_ += "Content-Length: " + std::to_string(body_->size()) + "\r\n";
    if (is_last_) head_ += "Connection: close\r\n";
    head_ += "\r\n";
    sent_ = 0;
    write();
  }

  /// Written here and now as far as the socket takes it, with no detour through the reactor: nearly
  /// always all of it.
  void write() {
    const auto size = head_.size() + body_->size();
    while (sent_ < size) {
      std::array<asio::const_buffer, 2> rest = {asio::buffer(head_), asio::buffer(*body_)};
      rest[0] += std::min(sent_, head_.size());
      rest[1] += sent_ - std::min(sent_, head_.size());
      boost::system::error_code error;
      sent_ += socket_.write_some(rest, error);
      if (error == asio::error::would_block) return wait_and_write();
      if (error) return close();
    }
    body_.reset();
    if (is_last_) {
      boost::system::error_code ignored;
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
      return close();
    }
    // Not from here: the caller has not finished yet, and a call may be waiting already.
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->read(); });
  }

  void wait_and_write() {
    socket_.async_wait(tcp::socket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                         if (!error) self->write();
                       });
  }

  tcp::socket socket_;
  std::shared_ptr<OnCall> on_call_;  ///< Empty when the server is gone.
  boost::beast::flat_buffer buffer_;
  std::optional<http::request_parser<BoundedBody>> parser_;
  bool is_answered_ = true;
  bool is_last_ = false;
  std::string head_;
  std::shared_ptr<const std::string> body_;
  std::size_t sent_ = 0;
};

}  // namespace

struct RuntimeServer::State : std::enable_shared_from_this<RuntimeServer::State> {
  State(asio::io_context& context, OnCall call)
      : acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        on_call(std::make_shared<OnCall>(std::move(call))) {}

  void accept() {
    acceptor.async_accept(
        [self = shared_from_this()](boost::system::error_code error, tcp::socket socket) {
          if (!self->acceptor.is_open()) return;
          if (error && error != asio::error::connection_aborted) {
            // Asking again would fail again, as fast as the machine can.
            spdlog::error("Runtime API: no connection can be accepted: {}", error.message());
            return;
          }
          if (!error) self->add(std::move(socket));
          self->accept();
        });
  }

  void add(tcp::socket socket) {
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.non_blocking(true, ignored);
    auto connection = std::make_shared<Connection>(std::move(socket), on_call);
    std::erase_if(connections, [](const auto& it) { return it.expired(); });
    connections.push_back(connection);
    connection->read();
  }

  tcp::acceptor acceptor;
  std::shared_ptr<OnCall> on_call;
  std::vector<std::weak_ptr<Connection>> connections;
};

RuntimeServer::RuntimeServer(asio::io_context& context, OnCall on_call)
    : state_(std::make_shared<State>(context, std::move(on_call))) {
  state_->accept();
}

RuntimeServer::~RuntimeServer() {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  *state_->on_call = nullptr;
  for (const auto& weak : state_->connections) {
    if (const auto connection = weak.lock()) connection->close();
  }
}

std::string RuntimeServer::address() const {
  return "127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint().port());
}

}  // namespace mapping
