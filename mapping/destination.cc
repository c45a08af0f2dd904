#include "mapping/destination.h"

#include <exception>

#include "engine/queue/queues.h"
#include "engine/time_text.h"
#include "engine/value/json.h"

namespace mapping {

namespace {

std::string json_text(std::string_view text) {
  std::string out;
  engine::append_json_string(out, text);
  return out;
}

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::retry_attempts_exhausted:
      break;
  }
  return "RetryAttemptsExhausted";
}

}  // namespace

std::string FailureReport::json() const {
  // The order of the members is the recorded one. DynamoDB's arrival times have no fraction.
  std::string out = R"({"requestContext":{"requestId":)" + json_text(failed.request_id);
  out += R"(,"functionArn":)" + json_text(function_arn);
  out += R"(,"condition":)" + json_text(condition_name(condition));
  out += R"(,"approximateInvokeCount":)" + std::to_string(attempts);
  out += R"(},"responseContext":{"statusCode":200,"executedVersion":)";
  out += json_text(failed.executed_version) + R"(,"functionError":"Unhandled"},"version":"1.0",)";
  out += R"("timestamp":)" + json_text(engine::iso_milliseconds(time) + "Z");
  out += R"(,"DDBStreamBatchInfo":{"shardId":)" + json_text(shard_id);
  out +=
      R"(,"startSequenceNumber":)" + json_text(engine::sequence_number_text(first.sequence_number));
  out += R"(,"endSequenceNumber":)" + json_text(engine::sequence_number_text(last.sequence_number));
  out += R"(,"approximateArrivalOfFirstRecord":)" +
         json_text(engine::iso_seconds(first.created) + "Z");
  out +=
      R"(,"approximateArrivalOfLastRecord":)" + json_text(engine::iso_seconds(last.created) + "Z");
  out += R"(,"batchSize":)" + std::to_string(batch_size);
  out += R"(,"streamArn":)" + json_text(stream_arn) + "}}";
  return out;
}

boost::asio::awaitable<std::optional<std::string>> Destinations::send(std::string arn,
                                                                      std::string body) {
  std::optional<std::string> problem;
  try {
    if (!queues_.send_to_arn(arn, body)) problem = "The specified queue does not exist.";
  } catch (const std::exception& error) {
    problem = error.what();
  }
  co_return problem;
}

}  // namespace mapping
