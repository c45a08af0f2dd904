#include "server/protocol/sqs.h"

#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "api/sqs/errors.h"
#include "engine/value/json.h"
#include "engine/value/json_nesting.h"
#include "server/credentials.h"
#include "server/failure.h"
#include "server/protocol/query.h"

namespace server {

namespace {

constexpr std::string_view content_type = "application/x-amz-json-1.0";

void write_error(const engine::ApiError& error, HttpAnswer& answer) {
  const bool is_ours = !is_of_the_frame(error.code);
  answer.status = error.status;
  auto& body = answer.body;
  body.assign("{\"__type\":\"");
  body.append(is_ours ? api::sqs::json_type(error.code) : "com.amazon.coral.service#" + error.code);
  body.append("\"");
  if (!error.message.empty()) {
    body.append(",\"message\":");
    engine::append_json_string(body, error.message);
  }
  body.append("}");
  if (!is_ours) return;
  // Clients that came from the Query protocol still look for its name of the error.
  const auto* whose = error.status < 500 ? ";Sender" : ";Receiver";
  answer.headers.emplace_back("x-amzn-query-error", api::sqs::query_code(error.code) + whose);
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
  if (engine::is_nested_too_deep(body)) throw engine::ApiError("SerializationException", "");
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
  throw engine::ApiError("UnknownOperationException", "");
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

boost::asio::awaitable<void> Sqs::answer_query(const HttpRequest& request, std::string_view form,
                                               HttpAnswer& answer) const {
  answer.content_type = "text/xml";
  answer.request_id = request_ids_.uuid();
  std::string action = "SQS";
  auto* counts = other_;
  try {
    auto query = parse_query(form);
    if (!query) throw engine::ApiError("MalformedInput", "The request is no well-formed form.");
    action = query->action;
    auto call = call_of(request, std::move(query->input));
    // Older clients send a queue's calls to its URL and say no more about which it is.
    if (const auto path = request.path(); path.size() > 1 && !call.input.contains("QueueUrl")) {
      call.input["QueueUrl"] = "http://" + call.host + std::string(path);
    }
    const Row& row = row_of(action);
    counts = row.counts;
    auto running = row.operation->run(services_, std::move(call));
    const nlohmann::json output = co_await std::move(running);
    answer.body = query_answer(action, output, answer.request_id);
  } catch (...) {
    const auto error = for_query(failure_of(std::current_exception(), action));
    answer.status = error.status;
    answer.body = query_error(error, answer.request_id);
  }
  counts->count(answer.status);
}

}  // namespace server
