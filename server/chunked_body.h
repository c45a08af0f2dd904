#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace server {

/// Puts the body of a chunked request together out of bytes as they arrive (RFC 9112, 7.1). Sizes
/// of chunks and trailers are read strictly, extensions and trailers are dropped.
class ChunkedBody {
 public:
  enum class State { wants_more, complete, broken, too_large };

  /// Longest line that a chunk or a trailer begins with, and all trailers together.
  static constexpr std::size_t line_bytes_max = 8 * 1024;

  explicit ChunkedBody(std::size_t body_bytes_max = 0) : left_in_all_(body_bytes_max) {}

  /// Takes what it can use from the front of `raw` and appends what is content to `body`. What is
  /// left of `raw` has to be there again, with more after it, the next time. Once complete it takes
  /// nothing more.
  State take(std::string_view& raw, std::string& body);

 private:
  enum class Next { size, data, end_of_data, trailer, nothing };

  State take_line(std::string_view line);
  State take_size(std::string_view line);

  std::size_t left_in_all_;
  std::size_t left_in_chunk_ = 0;
  std::size_t trailer_bytes_ = 0;
  Next next_ = Next::size;
};

}  // namespace server
