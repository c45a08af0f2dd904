#include "server/protocol/sqs_json.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "engine/value/json.h"
#include "server/credentials.h"
#include "server/failure.h"
#include "server/protocol/known_operations.h"
#include "server/protocol/sqs_errors.h"

namespace server {

namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.0";

/// What clients of the JSON protocol that came from the Query protocol still look for: its name of
/// the error and whose fault it is.
std::string query_error_header(const engine::ApiError& error) {
  return std::string(sqs_query_code(error.code)) + (error.status < 500 ? ";Sender" : ";Receiver");
}

bool is_of_the_frame(std::string_view code) {
  return code == "SerializationException" || code == "UnknownOperationException" ||
         code == "MissingAuthenticationTokenException" || code == "IncompleteSignatureException" ||
         code == "InvalidSignatureException";
}

void write_error(const engine::ApiError& error, HttpAnswer& answer) {
  answer.status = error.status;
  auto& body = answer.body;
  body.assign("{\"__type\":\"");
  body.append(is_of_the_frame(error.code) ? "com.amazon.coral.service#" : "com.amazonaws.sqs#");
  body.append(error.code).append("\"");
  if (!error.message.empty()) {
    body.append(",\"message\":");
    engine::append_json_string(body, error.message);
  }
  body.append("}");
  if (!is_of_the_frame(error.code)) {
    answer.headers.emplace_back("x-amzn-query-error", query_error_header(error));
  }
}

/// SQS refuses unsigned requests with 403, where DynamoDB says 400.
engine::Caller caller_of(const HttpRequest& request) {
  try {
    return credentials_of(request).caller;
  } catch (engine::ApiError& error) {
    error.status = 403;
    throw;
  }
}

nlohmann::json parsed(std::string_view body) {
  auto input = nlohmann::json::parse(body, nullptr, false);
  if (!input.is_object()) throw engine::ApiError("SerializationException", "");
  return input;
}

}  // namespace

Sqs::Sqs(api::Services& services, std::span<const api::QueueOperation> operations,
         const OriginGuard& guard, const RequestIds& request_ids, Metrics& metrics)
    : services_(services), guard_(guard), request_ids_(request_ids) {
  for (const auto& operation : operations) {
    rows_[operation.name] = {&operation, &metrics.operation("sqs", operation.name)};
  }
  other_ = &metrics.operation("sqs", "other");
}

const Sqs::Row& Sqs::row_of(std::string_view action) const {
  if (const auto found = rows_.find(action); found != rows_.end()) return found->second;
  const auto known = known_sqs_operations();
  if (std::find(known.begin(), known.end(), action) == known.end()) {
    throw engine::ApiError("UnknownOperationException", "");
  }
  throw engine::ApiError("UnsupportedOperation",
                         engine::not_supported(std::string(action)).message);
}

api::QueueCall Sqs::call_of(const HttpRequest& request, nlohmann::json input) const {
  api::QueueCall call;
  call.input = std::move(input);
  call.caller = caller_of(request);
  const auto host = request.header("host");
  call.host = host.empty() ? guard_.own_host() : std::string(host);
  return call;
}

boost::asio::awaitable<void> Sqs::answer_json(const HttpRequest& request,
                                              HttpAnswer& answer) const {
  const auto action = request.header("x-amz-target").substr(target.size());
  answer.content_type = content_type;
  answer.request_id = request_ids_.uuid();
  auto* counts = other_;
  try {
    auto input = parsed(request.body);
    const Row& row = row_of(action);
    counts = row.counts;
    auto call = call_of(request, std::move(input));
    auto running = row.operation->run(services_, std::move(call));
    const nlohmann::json output = co_await std::move(running);
    answer.body = output.is_null() ? "{}" : output.dump();
  } catch (...) {
    write_error(failure_of(std::current_exception(), action), answer);
  }
  answer.has_crc32 = true;
  counts->count(answer.status);
}

}  // namespace server
