// Invoke: one invocation, awaited (RequestResponse), left to itself (Event), or not made (DryRun).
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html

#include <simdjson.h>

#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"
#include "engine/limits.h"
#include "engine/value/json.h"
#include "mapping/invoker.h"

namespace api::lambda {

namespace {

std::string header(const RestCall& call, const std::string& name, const std::string& otherwise) {
  const auto found = call.headers.find(name);
  return found == call.headers.end() ? otherwise : found->second;
}

struct Request {
  mapping::FunctionName name;
  std::string type;
  std::string log_type;
  std::string client_context;
};

std::string decode_client_context(const std::string& text) {
  constexpr std::size_t bytes_max = 3583;
  if (text.empty()) return "";
  const auto json = engine::decode_base64(text);
  if (!json || json->size() > bytes_max || !Json::accept(*json)) {
    throw engine::ApiError("InvalidRequestContentException",
                           "Client context must be a valid Base64-encoded JSON object.");
  }
  // It travels in a header: one line.
  return Json::parse(*json).dump(-1, ' ', true);
}

Request decode(const RestCall& call) {
  Request request;
  request.name = function_name(call);
  request.type = header(call, "x-amz-invocation-type", "RequestResponse");
  request.log_type = header(call, "x-amz-log-type", "None");
  Checks checks;
  checks.one_of("invocationType", request.type, {"Event", "RequestResponse", "DryRun"});
  checks.one_of("logType", request.log_type, {"None", "Tail"});
  checks.done();
  for (const char* name : {"x-amz-tenant-id", "x-amz-durable-execution-name"}) {
    if (call.headers.contains(name)) throw refused(name);
  }
  request.client_context = decode_client_context(header(call, "x-amz-client-context", ""));
  return request;
}

void check_payload(const std::string& payload, const std::string& type) {
  using engine::limits::invoke_event_payload_bytes_max;
  using engine::limits::invoke_payload_bytes_max;
  if (payload.size() > invoke_payload_bytes_max) {
    throw engine::ApiError("RequestEntityTooLargeException",
                           "Request must be smaller than " +
                               std::to_string(invoke_payload_bytes_max) +
                               " bytes for the InvokeFunction operation",
                           413);
  }
  if (type == "Event" && payload.size() > invoke_event_payload_bytes_max) {
    throw engine::ApiError("RequestEntityTooLargeException",
                           std::to_string(payload.size()) +
                               " byte payload is too large for the Event invocation type (limit " +
                               std::to_string(invoke_event_payload_bytes_max) + " bytes)",
                           413);
  }
  simdjson::dom::parser parser;
  const auto error = parser.parse(payload).error();
  if (error == simdjson::SUCCESS) return;
  throw engine::ApiError("InvalidRequestContentException",
                         std::string("Could not parse request body into json: Could not parse "
                                     "payload into json: ") +
                             simdjson::error_message(error));
}

RestAnswer encode(mapping::Invocation& invocation, bool wants_log) {
  using Result = mapping::Invocation::Result;
  if (invocation.result == Result::throttled) {
    if (invocation.error_type == "ServiceException") {
      throw engine::ApiError("ServiceException", invocation.error_message, 500);
    }
    engine::ApiError error("TooManyRequestsException", invocation.error_message, 429);
    error.members = R"("Reason":"ConcurrentInvocationLimitExceeded")";
    throw error;
  }
  RestAnswer answer;
  answer.body = std::move(invocation.payload);
  answer.headers = {{"X-Amz-Executed-Version", invocation.executed_version},
                    {"x-amzn-RequestId", invocation.request_id}};
  if (invocation.result == Result::failed) {
    answer.headers.emplace_back("X-Amz-Function-Error", "Unhandled");
  }
  if (wants_log) {
    std::string log;
    engine::append_base64(log, invocation.log_tail);
    answer.headers.emplace_back("X-Amz-Log-Result", log);
  }
  return answer;
}

}  // namespace

boost::asio::awaitable<RestAnswer> invoke(Services& services, RestCall call) {
  auto request = decode(call);
  if (request.name.qualifier.empty()) request.name.qualifier = "$LATEST";
  const auto function = co_await services.functions.get(request.name, call.caller);
  if (call.body.empty()) call.body = "{}";
  check_payload(call.body, request.type);

  RestAnswer answer;
  if (request.type == "DryRun") {
    answer.status = 204;
    co_return answer;
  }
  mapping::InvocationRequest invocation;
  // As it was invoked: with a qualifier if one was given.
  const bool is_qualified =
      call.query.contains("Qualifier") || call.path.at("FunctionName").ends_with(":$LATEST");
  invocation.arn = is_qualified ? function.arn + ":$LATEST" : function.arn;
  invocation.payload = std::make_shared<const std::string>(std::move(call.body));
  invocation.client_context = std::move(request.client_context);
  if (request.type == "Event") {
    answer.status = 202;
    auto id = co_await services.functions.invoke_event(std::move(invocation));
    answer.headers.emplace_back("x-amzn-RequestId", std::move(id));
    co_return answer;
  }
  invocation.wants_log_tail = request.log_type == "Tail";
  const bool wants_log = invocation.wants_log_tail;
  auto outcome = co_await services.invoker.invoke(std::move(invocation));
  co_return encode(outcome, wants_log);
}

}  // namespace api::lambda
