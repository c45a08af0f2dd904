#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arn.h"
#include "engine/clock.h"
#include "mapping/function/function.h"

namespace engine {
class Documents;
class Random;
}  // namespace engine

namespace mapping {

class Invoker;
class Timeline;

/// What came of an invocation.
struct Invocation {
  enum class Result {
    succeeded,
    failed,     ///< The function failed: an exception, a time-out, an exit, a reply too large.
    throttled,  ///< It never reached the handler (no such function, throttled, stopping).
  };
  Result result = Result::succeeded;
  std::string request_id;
  std::string payload;  ///< The handler's reply, or the error document of the runtime.
  std::string executed_version = "$LATEST";
  std::string error_type;     ///< Of a failure: `errorType`, if the document has one.
  std::string error_message;  ///< Of a failure: `errorMessage`; for `throttled`: why.
  std::string log_tail;  ///< If asked for: the last 4 KB of output, with START, END, REPORT lines.
  std::string fault;     ///< What was done to it on demand; empty: nothing.
  engine::Duration duration{0};
};

/// What befalls the handler's process in place of getting the event.
enum class Mishap : std::uint8_t {
  none,
  crash,     ///< It is killed.
  time_out,  ///< Its time is over.
};

/// An invocation to be made.
struct InvocationRequest {
  std::string arn;  ///< As `resolve` gives it.
  std::shared_ptr<const std::string> payload;
  std::string client_context;  ///< JSON text; empty: none.
  std::string request_id;      ///< Empty: a new one is drawn.
  std::string trace_id;        ///< X-Ray's form; empty: a new one is drawn.
  bool wants_log_tail = false;
  std::string mapping_uuid = {};  ///< Whose batch it is; empty: a client's own call.
  int attempt = 1;                ///< With this batch.
  Mishap mishap = Mishap::none;
  /// Counts the caller as at work (`Timeline::Work`), or null; let go while the call waits for a
  /// time.
  std::shared_ptr<const void> at_work = {};
};

/// Where the code of a function comes from.
struct CodeSource {
  std::string zip;     ///< The bytes of a zip; or:
  std::string folder;  ///< An absolute path, read anew for each new process.
};

/// The functions there are, and their processes.
///
/// Lives on the mapping thread; every call may come from any thread and is carried out there. Calls
/// that name a function take the name as the caller gave it, and throw AWS's `ApiError` if there is
/// no such function.
class Functions {
 public:
  struct Options {
    /// Where code is unpacked. Empty: a temporary folder, removed in the end.
    std::filesystem::path folder;
    /// Processes at once, of all functions; more are throttled.
    int concurrency_max = 1000;
    /// A process that was not needed for so long ends.
    engine::Duration idle_max = std::chrono::minutes(5);
    /// What a process has to get ready.
    engine::Duration init_max = std::chrono::seconds(10);
  };

  /// `context` is run by the mapping thread. Reads what `documents` keeps; may throw
  /// `storage::StorageError` or `std::system_error`.
  Functions(boost::asio::io_context& context, engine::Documents& documents,
            const engine::Clock& clock, engine::Random& random, Options options);
  /// Kills the processes there still are.
  ~Functions();

  /// Where handlers find this server: `http://127.0.0.1:8000`. Known once the port is bound; to be
  /// called before the first invocation.
  void set_endpoint_url(std::string url);
  /// An invocation is work on this timeline from the call to its answer; also one that nobody waits
  /// for. To be called before the first invocation.
  void set_timeline(const Timeline& timeline);
  /// Events that nobody waits for are invoked through `front`, which calls `invoke`. To be called
  /// before the first invocation.
  void set_front(Invoker& front);

  /// The ARN as a mapping keeps it: `name` and an unqualified ARN give the unqualified ARN, a
  /// qualifier that was given stays. Nothing if there is no such function.
  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                             engine::Caller caller);
  /// How long it may take; `arn` as `resolve` gives it. Nothing if there is no such function.
  boost::asio::awaitable<std::optional<engine::Duration>> timeout(std::string arn);
  /// Invokes and waits for the answer. The payload is kept as long as it is needed, so that a retry
  /// costs no copy.
  boost::asio::awaitable<Invocation> invoke(InvocationRequest request);
  /// Invokes and does not wait. One attempt; what becomes of it is logged. Gives the request id.
  boost::asio::awaitable<std::string> invoke_event(InvocationRequest request);

  /// `function` says all but its ARN, its code and its revision.
  boost::asio::awaitable<Function> create(Function function, CodeSource code,
                                          engine::Caller caller);
  boost::asio::awaitable<Function> get(FunctionName name, engine::Caller caller);
  /// By name, at most `limit`, only names after `after`.
  boost::asio::awaitable<std::vector<Function>> list(std::string after, std::size_t limit);
  /// `change` alters the description; running invocations end as they began, later ones get new
  /// processes. `revision_id`: the one the caller believes to be the latest, or empty.
  boost::asio::awaitable<Function> update(FunctionName name, engine::Caller caller,
                                          std::string revision_id,
                                          std::function<void(Function&)> change);
  boost::asio::awaitable<Function> update_code(FunctionName name, engine::Caller caller,
                                               std::string revision_id, CodeSource code,
                                               std::function<void(Function&)> change);
  boost::asio::awaitable<void> remove(FunctionName name, engine::Caller caller);
  /// Removes every function, as `remove` does.
  boost::asio::awaitable<void> remove_all();
  /// The bytes of a function's zip; nothing for a hot-reload folder.
  boost::asio::awaitable<std::optional<std::string>> zip_of(FunctionName name,
                                                            engine::Caller caller);

  /// Takes no more invocations, awaits those that run (their time-outs at most), ends the
  /// processes. The mapping thread must still run.
  boost::asio::awaitable<void> stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mapping
