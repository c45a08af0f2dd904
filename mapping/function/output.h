#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace mapping {

/// What a process prints, kept for the invocation it prints it in, and passed on to the server's
/// log line by line. For the mapping thread only.
class Output {
 public:
  /// `file`: the reading end of a pipe, not blocking; closed in the end. `name`: the function's.
  Output(boost::asio::io_context& context, int file, std::string name);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  /// What comes from now on belongs to this request. What came before it, since the process began,
  /// stays in the tail of its first one.
  void begin(std::string request_id);
  /// Takes what has been printed up to now. To be called when a request is answered: a process
  /// prints before it answers.
  void drain();
  /// The last 4 KB of the output of the request.
  const std::string& tail() const;

  static constexpr std::size_t tail_bytes_max = 4096;
  /// So much of one request's output goes to the log.
  static constexpr std::size_t logged_bytes_max = 1024 * 1024;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Appends to what may be at most `Output::tail_bytes_max` long; the beginning goes first.
void append_to_tail(std::string& tail, std::string_view text);

}  // namespace mapping
