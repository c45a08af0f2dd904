#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mapping {

/// What the Runtime API answers to a call it does not accept.
struct RuntimeRefusal {
  int status = 0;
  std::string body;
};

/// Where one process stands in its conversation with the Runtime API, and which calls it may make
/// there. Decides only; `Environment` does.
///
/// The states and texts are those of the Runtime Interface Emulator.
class RuntimeApi {
 public:
  enum class State { started, init_error, ready, running, response_sent };

  State state() const { return state_; }
  /// Of the invocation that was handed over last and whose successor was not asked for yet.
  const std::string& request_id() const { return request_id_; }

  /// The process asks for work. Accepted while `running` too: it gets the same invocation again.
  std::optional<RuntimeRefusal> on_next();
  /// Work is handed to a process that is `ready`.
  void on_handed_over(std::string request_id);
  std::optional<RuntimeRefusal> on_response(std::string_view request_id);
  std::optional<RuntimeRefusal> on_error(std::string_view request_id);
  std::optional<RuntimeRefusal> on_init_error();

 private:
  std::optional<RuntimeRefusal> on_answer(std::string_view request_id, std::string_view to);
  RuntimeRefusal bad_transition(std::string_view to) const;

  State state_ = State::started;
  std::string request_id_;
};

RuntimeRefusal runtime_refusal(int status, std::string_view type, std::string_view message);
RuntimeRefusal response_too_large();
RuntimeRefusal truncated_request();
RuntimeRefusal invalid_response_mode();

/// What a runtime may give as the type of an error: `Runtime.Xxx` or `Function.Xxx`; any other text
/// becomes `Function.Unknown`.
std::string error_type_from_header(std::string_view text);

/// `{"errorType":...,"errorMessage":...}`, as the service writes its own.
std::string error_document(std::string_view type, std::string_view message);

}  // namespace mapping
