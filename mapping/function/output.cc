#include "mapping/function/output.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <utility>

namespace mapping {

namespace {

/// A line that grows longer than this is logged in pieces.
constexpr std::size_t line_bytes_max = 8192;
/// Reading goes on after so much, but others get their turn first.
constexpr int pieces_at_once_max = 16;

}  // namespace

void append_to_tail(std::string& tail, std::string_view text) {
  constexpr auto most = Output::tail_bytes_max;
  if (text.size() >= most) {
    tail = text.substr(text.size() - most);
    return;
  }
  if (tail.size() + text.size() > most) tail.erase(0, tail.size() + text.size() - most);
  tail += text;
}

struct Output::State : std::enable_shared_from_this<Output::State> {
  State(boost::asio::io_context& context, int file, std::string name)
      : pipe(context, file), name(std::move(name)) {}

  void wait() {
    pipe.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](boost::system::error_code error) {
                      if (!error && self->read()) self->wait();
                    });
  }

  /// False at the end.
  bool read() {
    std::array<char, 16 * 1024> piece;
    for (int i = 0; i < pieces_at_once_max && pipe.is_open(); ++i) {
      const auto length = ::read(pipe.native_handle(), piece.data(), piece.size());
      if (length < 0) return errno == EAGAIN || errno == EINTR;
      if (length == 0) return false;
      take({piece.data(), static_cast<std::size_t>(length)});
    }
    return pipe.is_open();
  }

  void take(std::string_view text) {
    append_to_tail(tail, text);
    while (!text.empty()) {
      const auto end = text.find('\n');
      line += text.substr(0, end);
      if (end == std::string_view::npos && line.size() < line_bytes_max) return;
      log_line();
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  void log_line() {
    logged_bytes += line.size() + 1;
    if (logged_bytes <= logged_bytes_max) {
      spdlog::info("{} {}: {}", name, request_id, line);
    } else if (!std::exchange(is_cut, true)) {
      spdlog::warn("{} {}: prints more than {} bytes; the rest is left out", name, request_id,
                   logged_bytes_max);
    }
    line.clear();
  }

  boost::asio::posix::stream_descriptor pipe;
  const std::string name;
  std::string request_id = "(starting)";
  bool has_begun = false;
  std::string tail;
  std::string line;  ///< Not whole yet.
  std::size_t logged_bytes = 0;
  bool is_cut = false;
};

Output::Output(boost::asio::io_context& context, int file, std::string name)
    : state_(std::make_shared<State>(context, file, std::move(name))) {
  state_->wait();
}

Output::~Output() {
  if (!state_->line.empty()) state_->log_line();
  boost::system::error_code ignored;
  state_->pipe.close(ignored);
}

void Output::begin(std::string request_id) {
  state_->read();
  if (std::exchange(state_->has_begun, true)) state_->tail.clear();
  state_->request_id = std::move(request_id);
  state_->logged_bytes = 0;
  state_->is_cut = false;
}

void Output::drain() { state_->read(); }

const std::string& Output::tail() const { return state_->tail; }

}  // namespace mapping
