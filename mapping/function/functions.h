#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/arn.h"
#include "engine/clock.h"

namespace mapping {

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
  std::string log_tail;       ///< The last 4 KB of output, with START, END and REPORT lines.
  engine::Duration duration{0};
};

/// The functions there are, and their processes.
///
/// Lives on the mapping thread; every call may come from any thread and is carried out there.
class Functions {
 public:
  /// The ARN as a mapping keeps it: `name` and an unqualified ARN give the unqualified ARN, a
  /// qualifier that was given stays. Nothing if there is no such function.
  boost::asio::awaitable<std::optional<std::string>> resolve(std::string name_or_arn,
                                                             engine::Caller caller);
  /// Invokes and waits for the answer. `arn` as `resolve` gives it. `payload` is kept as long as it
  /// is needed, so that a retry costs no copy.
  boost::asio::awaitable<Invocation> invoke(std::string arn,
                                            std::shared_ptr<const std::string> payload);
};

}  // namespace mapping
