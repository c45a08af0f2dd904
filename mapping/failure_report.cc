#include "mapping/failure_report.h"

#include <algorithm>
#include <cassert>

#include "engine/arn.h"
#include "engine/time_text.h"
#include "engine/value/json.h"

namespace mapping {

namespace {

std::string json_text(std::string_view text) {
  std::string out;
  engine::append_json_string(out, text);
  return out;
}

/// The answer of the function; there is none to tell of records that were too old for another try.
std::string response_context(const FailedAttempt& failed) {
  const auto error = failed.function_error ? json_text(*failed.function_error) : "null";
  return R"("responseContext":{"statusCode":200,"executedVersion":)" +
         json_text(failed.executed_version) + R"(,"functionError":)" + error + "},";
}

}  // namespace

std::string_view condition_name(Condition condition) {
  switch (condition) {
    case Condition::retry_attempts_exhausted:
      return "RetryAttemptsExhausted";
    case Condition::record_age_exceeded:
      return "RecordAgeExceeded";
    case Condition::expired:
      break;
  }
  return "Expired";
}

std::string FailureReport::json() const {
  // The order of the members is the recorded one. DynamoDB's arrival times have no fraction.
  std::string out = R"({"requestContext":{"requestId":)" + json_text(failed.request_id);
  out += R"(,"functionArn":)" + json_text(function_arn);
  out += R"(,"condition":)" + json_text(condition_name(condition));
  out += R"(,"approximateInvokeCount":)" + std::to_string(attempts) + "},";
  if (condition == Condition::retry_attempts_exhausted) out += response_context(failed);
  out += R"("version":"1.0",)";
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

std::string FailureReport::json_with_payload() const {
  assert(payload);
  std::string out = json();
  out.pop_back();
  out += R"(,"payload":)";
  engine::append_json_string(out, *payload);
  return out += "}";
}

std::string FailureReport::object_key(const std::string& unique) const {
  auto moment = engine::iso_seconds(time);
  auto day = moment.substr(0, moment.find('T'));
  std::replace(day.begin(), day.end(), '-', '/');
  std::replace(moment.begin(), moment.end(), ':', '.');
  return "aws/lambda/" + mapping_uuid + "/" + shard_id + "/" + day + "/" + moment + "-" + unique;
}

bool is_bucket_arn(std::string_view arn) {
  const auto parsed = engine::Arn::parse(arn);
  return parsed && parsed->service == "s3";
}

}  // namespace mapping
