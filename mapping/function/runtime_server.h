#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mapping {

/// One call of the Runtime API.
struct RuntimeCall {
  enum class Kind { next, response, error, init_error, ping, unknown };
  Kind kind = Kind::unknown;
  std::string request_id;  ///< Of the path.
  std::string body;
  bool is_too_large = false;  ///< The body was; it is not here.
  bool is_truncated = false;  ///< The connection ended inside of it.
  std::string error_type;     ///< Lambda-Runtime-Function-Error-Type, also as a trailer.
  std::string error_body;     ///< The trailer Lambda-Runtime-Function-Error-Body: base64.
  std::string response_mode;  ///< Lambda-Runtime-Function-Response-Mode
};

/// A connection of the process, with one call that waits for its answer.
class RuntimeConnection {
 public:
  virtual ~RuntimeConnection() = default;
  /// JSON, or text if `status` is 200 and the body no object.
  virtual void answer(int status, std::string body) = 0;
  /// Work: header lines (each ends in CRLF) and the event. Written at once, in one go.
  virtual void answer_next(std::string fields, std::shared_ptr<const std::string> event) = 0;
  /// False once the process has closed it.
  virtual bool is_open() const = 0;
};

/// The address at which one process finds its Runtime API. For the mapping thread only.
class RuntimeServer {
 public:
  using OnCall = std::function<void(RuntimeCall, std::shared_ptr<RuntimeConnection>)>;

  /// Listens on a free port of 127.0.0.1. `on_call` answers at once or later. Errors:
  /// `boost::system::system_error`.
  RuntimeServer(boost::asio::io_context& context, OnCall on_call);
  /// Closes all connections; `on_call` is not called any more.
  ~RuntimeServer();
  RuntimeServer(const RuntimeServer&) = delete;
  RuntimeServer& operator=(const RuntimeServer&) = delete;

  /// `127.0.0.1:40001`
  std::string address() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mapping
