#pragma once

#include <string>
#include <string_view>

namespace bench {

/// A request as it goes over the wire, headers included.
///
/// `port` is part of `Host`, by which the server tells its own callers from pages elsewhere.
/// `target` is `X-Amz-Target`; empty for what is not the JSON protocol.
std::string request_text(int port, std::string_view method, std::string_view path,
                         std::string_view target, std::string_view body);

/// One keep-alive connection, with as little of HTTP as measuring takes. What goes wrong throws
/// `std::runtime_error`.
class Connection {
 public:
  explicit Connection(int port);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  int port() const { return port_; }
  int socket() const { return socket_; }
  void send(std::string_view request);
  /// Reads what has come. True once a whole answer is there: then `status`, `head` and `body` tell
  /// of it, until the next `send`.
  bool receive_some();
  void receive();

  int status() const { return status_; }
  std::string_view head() const { return std::string_view(buffer_).substr(0, head_size_); }
  std::string_view body() const { return std::string_view(buffer_).substr(head_size_, body_size_); }

  /// Sends, waits, and expects a status of 2xx.
  std::string_view exchange(std::string_view request);

 private:
  bool parse_head();

  int port_;
  int socket_ = -1;
  std::string buffer_;
  std::size_t head_size_ = 0;  ///< 0: not there yet.
  std::size_t body_size_ = 0;
  int status_ = 0;
};

}  // namespace bench
