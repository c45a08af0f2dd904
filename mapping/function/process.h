#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mapping {

/// What is to be run.
struct Command {
  std::vector<std::string> arguments;  ///< The first one is the absolute path of the program.
  std::vector<std::string> variables;  ///< `NAME=value`; there are no others.
  std::string folder;                  ///< Where it runs.
};

/// How a process ended.
struct ProcessExit {
  int status = 0;  ///< Its exit status, if no signal ended it.
  int signal = 0;

  /// As the service says it: `Runtime exited with error: exit status 1`.
  std::string text() const;
};

/// A process in a group of its own, with its output on a pipe.
///
/// It inherits nothing but that pipe: no variable, no file, no signal mask. It dies with the thread
/// that started it, and its group is killed when it ends, so that nothing stays behind. For the
/// mapping thread only.
class Process {
 public:
  /// Starts it. `on_exit` is called once, on `context`, unless this object is gone by then. Errors:
  /// `std::system_error`, what() as the shell would say it.
  Process(boost::asio::io_context& context, const Command& command,
          std::function<void(ProcessExit)> on_exit);
  /// Kills the group.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  int id() const;
  /// Whether it has ended, asked of the system: `on_exit` may not have been called yet.
  bool has_ended() const;
  /// To every process of the group. Nothing happens when it has ended.
  void signal(int number);
  /// The reading end of its standard output and error, not blocking; to be taken once, and closed
  /// by the taker.
  int take_output();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// The path of a program, searched for along PATH as this process has it; empty if there is none.
std::string program_on_path(const std::string& name);

}  // namespace mapping
