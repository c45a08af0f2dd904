// CreateEventSourceMapping: let a function have the records of a stream.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html

#include "api/lambda/checks.h"
#include "api/lambda/constraints.h"
#include "api/lambda/mapping_json.h"
#include "api/lambda/mapping_members.h"
#include "api/lambda/operations.h"
#include "engine/arn.h"
#include "mapping/registry.h"

namespace api::lambda {

namespace {

/// Only streams of DynamoDB are read as yet.
void check_source(const std::optional<std::string>& event_source_arn) {
  const auto arn = engine::Arn::parse(event_source_arn.value_or(""));
  if (!arn) throw invalid_parameter("Unrecognized event source.");
  if (arn->service == "dynamodb") return;
  for (const auto* known : {"sqs", "kinesis", "kafka", "mq", "rds"}) {
    if (arn->service != known) continue;
    throw refused("EventSourceArn: an event source of the service " + arn->service);
  }
  throw invalid_parameter("Unrecognized event source.");
}

}  // namespace

boost::asio::awaitable<RestAnswer> create_event_source_mapping(Services& services, RestCall call) {
  const auto body = Members::parse(call.body);
  const auto members = read_mapping_members(body, MappingCall::create);
  check_source(members.event_source_arn);
  refuse_other_members(body, members);

  mapping::MappingSpec spec;
  spec.event_source_arn = *members.event_source_arn;
  spec.function_name = *members.function_name;
  spec.starting_position = members.starting_position;
  spec.is_enabled = members.is_enabled;
  spec.batch_size = members.batch_size;
  spec.maximum_retry_attempts = members.maximum_retry_attempts;
  spec.bisect_batch_on_function_error = members.bisect_batch_on_function_error;
  spec.on_failure_destination = members.on_failure_destination;
  const auto view = co_await services.registry.create(std::move(spec), std::move(call.caller));

  RestAnswer answer;
  answer.status = 202;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
