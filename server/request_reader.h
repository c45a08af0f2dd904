#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "server/chunked_body.h"
#include "server/http.h"

namespace server {

/// Bounds on one request, as DynamoDB has them.
inline constexpr std::size_t request_header_bytes_max = 16 * 1024;
inline constexpr std::size_t request_body_bytes_max = 16 * 1024 * 1024;

/// Makes HTTP/1.1 requests out of bytes as they arrive: decides, and touches no socket.
///
///     while (reader.next() == RequestReader::State::wants_more) {
///       reader.received(socket.read(reader.space()));
///     }
///
/// Header and body stay where they were received; only a chunked body is put together elsewhere.
class RequestReader {
 public:
  enum class State {
    wants_more,
    wants_continue,  ///< The client waits for `100 Continue` before it sends the body. Said once.
    complete,        ///< `request` is there.
    refused,         ///< Not HTTP, or beyond a bound: `refusal` is the status. Nothing follows.
  };

  RequestReader();
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Where to read into: at least one byte.
  std::span<char> space();
  void received(std::size_t bytes) { filled_ += bytes; }
  State next();

  /// Valid until `done`.
  const HttpRequest& request() const { return request_; }
  bool keep_alive() const { return keep_alive_; }
  int refusal() const { return refusal_; }
  bool has_header() const { return header_end_ != 0; }
  /// Nothing has arrived of a next request.
  bool is_idle() const { return filled_ == begin_; }

  /// Forgets the request; what arrived after it is kept.
  void done();

 private:
  class Parser;

  State read_header();
  State read_body();
  State read_chunks();
  State refuse(int status);
  /// True if there is now room for `bytes` from `begin_` on; false if the bytes had to move.
  bool reserve(std::size_t bytes);

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_;
  std::size_t begin_ = 0;     ///< Of the request in hand.
  std::size_t filled_ = 0;    ///< End of what was received.
  std::size_t searched_ = 0;  ///< No end of header begins before it.

  std::unique_ptr<Parser> parser_;
  HttpRequest request_;
  std::size_t header_end_ = 0;  ///< 0: not seen yet.
  std::size_t body_bytes_ = 0;
  std::optional<ChunkedBody> chunks_;  ///< If the body comes in chunks.
  bool said_continue_ = false;
  bool keep_alive_ = true;
  int refusal_ = 0;
  std::string chunked_body_;
};

}  // namespace server
