#include "server/request_reader.h"

#include <simdjson.h>

#include <boost/beast/http/basic_parser.hpp>
#include <cstring>

namespace server {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t usual_capacity = 8 * 1024;
/// A buffer that one large request made this big is given back.
constexpr std::size_t kept_capacity_max = 256 * 1024;
constexpr std::size_t chunk_room = 16 * 1024;

}  // namespace

/// Beast's parser, telling what it finds instead of keeping it: the views are into our buffer. It
/// reads headers only; chunks make it trip over its own assertions.
class RequestReader::Parser final : public http::basic_parser<true> {
 public:
  Parser(HttpRequest& request, std::string_view buffer) : request_(request), buffer_(buffer) {
    header_limit(request_header_bytes_max + 4);
    body_limit(request_body_bytes_max);
  }

  int version = 11;
  bool has_host = false;
  bool expects_continue = false;

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(http::verb, string_view method, string_view target, int http_version,
                       error_code&) override {
    version = http_version;
    request_.method = {method.data(), method.size()};
    request_.target = {target.data(), target.size()};
  }
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(http::field field, string_view name, string_view value,
                     error_code& error) override {
    if (field == http::field::host) has_host = true;
    if (field == http::field::expect) expects_continue = true;
    // What is encoded in any other way we could not even find the end of.
    const std::string_view text(value.data(), value.size());
    if (field == http::field::transfer_encoding && !equal_but_for_case(text, "chunked")) {
      error = http::error::bad_transfer_encoding;
      return;
    }
    // A value folded over lines was put together in memory that is about to go.
    if (!value.empty() &&
        (value.data() < buffer_.data() || value.data() >= buffer_.data() + buffer_.size())) {
      error = http::error::bad_obs_fold;
      return;
    }
    request_.headers.push_back({{name.data(), name.size()}, text});
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(string_view body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  HttpRequest& request_;
  std::string_view buffer_;
};

RequestReader::RequestReader()
    : buffer_(std::make_unique_for_overwrite<char[]>(usual_capacity)), capacity_(usual_capacity) {}
RequestReader::~RequestReader() = default;

std::span<char> RequestReader::space() {
  // Once the header is read its body has room, and nothing may move: the request looks at it.
  if (header_end_ == 0 && capacity_ - filled_ < simdjson::SIMDJSON_PADDING + 1024) {
    reserve((filled_ - begin_) * 2 + usual_capacity);
  }
  return {buffer_.get() + filled_, capacity_ - filled_ - simdjson::SIMDJSON_PADDING};
}

bool RequestReader::reserve(std::size_t bytes) {
  if (begin_ + bytes <= capacity_) return true;
  const std::size_t kept = filled_ - begin_;
  if (bytes <= capacity_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, kept);
  } else {
    auto larger = std::make_unique_for_overwrite<char[]>(bytes);
    std::memcpy(larger.get(), buffer_.get() + begin_, kept);
    buffer_ = std::move(larger);
    capacity_ = bytes;
  }
  searched_ -= std::min(searched_, begin_);
  filled_ = kept;
  begin_ = 0;
  return false;
}

RequestReader::State RequestReader::refuse(int status) {
  refusal_ = status;
  keep_alive_ = false;
  return State::refused;
}

RequestReader::State RequestReader::next() {
  if (refusal_ != 0) return State::refused;
  if (header_end_ == 0) {
    if (const auto state = read_header(); state != State::complete) return state;
  }
  const auto state = chunks_ ? read_chunks() : read_body();
  if (state == State::wants_more && parser_->expects_continue && !said_continue_) {
    said_continue_ = true;
    if (filled_ == header_end_) return State::wants_continue;
  }
  return state;
}

RequestReader::State RequestReader::read_header() {
  // Empty lines before a request are let pass (RFC 9112, 2.2).
  while (begin_ < filled_ && (buffer_[begin_] == '\r' || buffer_[begin_] == '\n')) ++begin_;
  if (begin_ == filled_) return State::wants_more;
  // Methods are written in capitals: TLS and other strangers get an answer at once.
  if (buffer_[begin_] < 'A' || buffer_[begin_] > 'z') return refuse(400);

  const char* const from = buffer_.get() + std::max(begin_, searched_);
  const std::size_t unsearched = static_cast<std::size_t>(buffer_.get() + filled_ - from);
  const auto* end = static_cast<const char*>(memmem(from, unsearched, "\r\n\r\n", 4));
  if (end == nullptr) {
    if (filled_ - begin_ > request_header_bytes_max) return refuse(400);
    searched_ = std::max(begin_, filled_ < 3 ? 0 : filled_ - 3);
    return State::wants_more;
  }
  const auto header_bytes = static_cast<std::size_t>(end + 4 - (buffer_.get() + begin_));
  if (header_bytes > request_header_bytes_max) return refuse(400);

  for (;;) {
    const char* const header = buffer_.get() + begin_;
    request_.headers.clear();
    chunked_body_.clear();
    parser_ = std::make_unique<Parser>(request_, std::string_view(header, header_bytes));
    boost::beast::error_code error;
    parser_->put(boost::asio::buffer(header, header_bytes), error);
    if (error == http::error::body_limit) return refuse(413);
    if (error || !parser_->is_header_done()) return refuse(400);
    if (parser_->version >= 11 && !parser_->has_host) return refuse(400);

    chunks_.reset();
    if (parser_->chunked()) chunks_.emplace(request_body_bytes_max);
    body_bytes_ = static_cast<std::size_t>(parser_->content_length().value_or(0));
    const std::size_t needed = chunks_ ? chunk_room : body_bytes_;
    // If the header had to move to make room for the body it is simply read again.
    if (reserve(header_bytes + needed + simdjson::SIMDJSON_PADDING)) break;
  }
  header_end_ = begin_ + header_bytes;
  keep_alive_ = parser_->keep_alive();
  said_continue_ = false;
  return State::complete;
}

RequestReader::State RequestReader::read_body() {
  if (filled_ < header_end_ + body_bytes_) return State::wants_more;
  request_.body = {buffer_.get() + header_end_, body_bytes_};
  request_.body_is_padded = true;
  return State::complete;
}

RequestReader::State RequestReader::read_chunks() {
  char* const raw = buffer_.get() + header_end_;
  std::string_view rest(raw, filled_ - header_end_);
  const auto state = chunks_->take(rest, chunked_body_);
  // What is left moves to the front: a large body passes through a small buffer.
  std::memmove(raw, rest.data(), rest.size());
  filled_ = header_end_ + rest.size();
  switch (state) {
    case ChunkedBody::State::wants_more:
      return State::wants_more;
    case ChunkedBody::State::broken:
      return refuse(400);
    case ChunkedBody::State::too_large:
      return refuse(413);
    case ChunkedBody::State::complete:
      break;
  }
  chunked_body_.reserve(chunked_body_.size() + simdjson::SIMDJSON_PADDING);
  body_bytes_ = 0;
  request_.body = chunked_body_;
  request_.body_is_padded = true;
  return State::complete;
}

void RequestReader::done() {
  begin_ = header_end_ + body_bytes_;
  header_end_ = 0;
  body_bytes_ = 0;
  searched_ = begin_;
  request_.body = {};
  if (chunked_body_.capacity() > kept_capacity_max) std::string().swap(chunked_body_);
  if (begin_ != filled_) return;
  begin_ = filled_ = searched_ = 0;
  if (capacity_ > kept_capacity_max) {
    buffer_ = std::make_unique_for_overwrite<char[]>(usual_capacity);
    capacity_ = usual_capacity;
  }
}

}  // namespace server
