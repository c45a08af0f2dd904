#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "mapping/function/code.h"
#include "mapping/function/function.h"
#include "mapping/function/functions.h"
#include "mapping/function/output.h"
#include "mapping/function/process.h"
#include "mapping/function/runtime_api.h"
#include "mapping/function/runtime_server.h"

namespace mapping {

/// One invocation on its way; `done` is called once.
struct Job {
  std::shared_ptr<const Function> function;
  InvocationRequest request;
  std::function<void(Invocation)> done;
};

/// What an environment is made of: a function as it is now, and its code.
struct Blueprint {
  std::shared_ptr<const Function> function;
  CodeStore::Pin code;           ///< Of a zip; else empty.
  std::uint64_t code_stamp = 0;  ///< Of a hot-reload folder, as it was.
  Command command;               ///< Complete but for AWS_LAMBDA_RUNTIME_API.
  std::string cannot_start;      ///< Why there is no command; else empty.
  std::string log_stream;
  engine::Duration init_max{};
};

/// One execution environment: a process, its Runtime API, and one invocation at a time.
///
/// Lives on the mapping thread. Time here is the machine's: it is what the process lives in.
class Environment : public std::enable_shared_from_this<Environment> {
 public:
  enum class Phase {
    starting,   ///< Until the process asks for work for the first time.
    idle,       ///< It waits for work.
    running,    ///< It has work.
    finishing,  ///< It has answered, and not yet asked for more.
    ending,     ///< It is of no more use; until the process is gone.
    gone,
  };

  /// Who owns environments, and hears of them.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_idle(const std::shared_ptr<Environment>& environment) = 0;
    virtual void on_gone(const std::shared_ptr<Environment>& environment) = 0;
    /// The job was promised to an environment that did not get to it.
    virtual void on_returned(Job job) = 0;
  };

  Environment(boost::asio::io_context& context, Owner& owner, Blueprint blueprint);
  ~Environment();

  /// Starts the process for this job.
  void start(Job job);
  /// Gives a job to an environment that is idle, or is finishing and has none promised yet.
  void give(Job job);
  /// Asks the process to end, and kills it if it does not. Not while it is running.
  void end();
  /// Kills the process now; a job it has fails.
  void kill();

  Phase phase() const { return phase_; }
  /// Whether a job may be given to it before it is idle.
  bool may_be_promised() const {
    return phase_ == Phase::finishing && !job_ && !has_broken_promise_;
  }
  const Blueprint& blueprint() const { return blueprint_; }
  std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }
  int process_id() const { return process_ ? process_->id() : 0; }

 private:
  using Clock = std::chrono::steady_clock;

  void launch();
  void on_call(RuntimeCall call, const std::shared_ptr<RuntimeConnection>& connection);
  void on_next(const std::shared_ptr<RuntimeConnection>& connection);
  void on_answer(RuntimeCall call, const std::shared_ptr<RuntimeConnection>& connection);
  void on_init_error(RuntimeCall call, const std::shared_ptr<RuntimeConnection>& connection);
  void on_time_out();
  void on_init_time_out();
  void on_exit(ProcessExit how);
  void hand_over();
  void send_job();
  /// Answers the job. Its end is posted: nobody is called from here.
  void finish(Invocation invocation);
  void fail(std::string document);
  void fail_by_service(std::string_view type, const std::string& message);
  void at(Clock::time_point due, boost::asio::steady_timer& timer, void (Environment::*then)());
  void return_job();
  void become_gone();
  std::string log_tail(const Invocation& invocation) const;

  boost::asio::io_context& context_;
  Owner& owner_;
  const Blueprint blueprint_;
  Phase phase_ = Phase::starting;
  std::unique_ptr<RuntimeServer> server_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Output> output_;
  RuntimeApi api_;
  std::shared_ptr<RuntimeConnection> waiting_;  ///< For work.
  std::optional<Job> job_;
  boost::asio::steady_timer timer_;    ///< Of the phase: init, the invocation, the end.
  boost::asio::steady_timer promise_;  ///< Until when a job waits for the one before it to finish.
  bool has_broken_promise_ = false;
  bool has_worked_ = false;  ///< It has answered a job before this one.
  Clock::time_point launched_{};
  Clock::time_point handed_over_{};
  Clock::time_point idle_since_{};
  std::optional<Clock::duration> init_duration_;  ///< Until it has been reported.
  /// The time the job may take, if it began before it was handed over: when the process was late
  /// to get ready and was started once more.
  std::optional<Clock::time_point> deadline_;
};

}  // namespace mapping
