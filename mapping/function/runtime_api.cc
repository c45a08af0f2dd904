#include "mapping/function/runtime_api.h"

#include <algorithm>
#include <cassert>
#include <cctype>
#include <utility>

#include "engine/limits.h"
#include "engine/value/json.h"

namespace mapping {

namespace {

std::string_view name_of(RuntimeApi::State state) {
  switch (state) {
    case RuntimeApi::State::started:
      return "Started";
    case RuntimeApi::State::init_error:
      return "InitError";
    case RuntimeApi::State::ready:
      return "Ready";
    case RuntimeApi::State::running:
      return "Running";
    case RuntimeApi::State::response_sent:
      return "ResponseSent";
  }
  return "";
}

}  // namespace

std::optional<RuntimeRefusal> RuntimeApi::on_next() {
  if (state_ == State::init_error) return bad_transition("Ready");
  if (state_ == State::running) return std::nullopt;
  state_ = State::ready;
  request_id_.clear();
  return std::nullopt;
}

void RuntimeApi::on_handed_over(std::string request_id) {
  assert(state_ == State::ready);
  state_ = State::running;
  request_id_ = std::move(request_id);
}

std::optional<RuntimeRefusal> RuntimeApi::on_response(std::string_view request_id) {
  return on_answer(request_id, "InvocationResponse");
}

std::optional<RuntimeRefusal> RuntimeApi::on_error(std::string_view request_id) {
  return on_answer(request_id, "InvocationErrorResponse");
}

std::optional<RuntimeRefusal> RuntimeApi::on_answer(std::string_view request_id,
                                                    std::string_view to) {
  if (request_id_.empty() || request_id != request_id_) {
    return runtime_refusal(400, "InvalidRequestID", "Invalid request ID");
  }
  if (state_ != State::running) return bad_transition(to);
  state_ = State::response_sent;
  return std::nullopt;
}

std::optional<RuntimeRefusal> RuntimeApi::on_init_error() {
  if (state_ != State::started) return bad_transition("InitError");
  state_ = State::init_error;
  return std::nullopt;
}

RuntimeRefusal RuntimeApi::bad_transition(std::string_view to) const {
  std::string message = "State transition from ";
  message += name_of(state_);
  message += " to ";
  message += to;
  message += " failed for runtime. Error: State transition is not allowed";
  return runtime_refusal(403, "InvalidStateTransition", message);
}

RuntimeRefusal runtime_refusal(int status, std::string_view type, std::string_view message) {
  std::string body = R"({"errorMessage":)";
  engine::append_json_string(body, message);
  body += R"(,"errorType":)";
  engine::append_json_string(body, type);
  body += '}';
  return {status, std::move(body)};
}

RuntimeRefusal response_too_large() {
  return runtime_refusal(413, "RequestEntityTooLarge",
                         "Exceeded maximum allowed payload size (" +
                             std::to_string(engine::limits::invoke_response_bytes_max) +
                             " bytes).");
}

RuntimeRefusal truncated_request() {
  return runtime_refusal(400, "TruncatedHTTPRequest", "HTTP request detected as truncated");
}

RuntimeRefusal invalid_response_mode() {
  return runtime_refusal(400, "InvalidFunctionResponseMode", "Invalid function response mode");
}

std::string error_type_from_header(std::string_view text) {
  for (const std::string_view start : {"Runtime.", "Function."}) {
    if (!text.starts_with(start) || text.size() == start.size()) continue;
    const bool is_word = std::ranges::all_of(text.substr(start.size()), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '.' || c == '_';
    });
    if (is_word) return std::string(text);
  }
  return "Function.Unknown";
}

std::string error_document(std::string_view type, std::string_view message) {
  std::string document = R"({"errorType":)";
  engine::append_json_string(document, type);
  document += R"(,"errorMessage":)";
  engine::append_json_string(document, message);
  document += '}';
  return document;
}

}  // namespace mapping
