// DisableKinesisStreamingDestination: a table's changes have this destination no longer.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DisableKinesisStreamingDestination.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/kinesis_destinations.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DisableKinesisStreamingDestination");

}  // namespace

void disable_kinesis_streaming_destination(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto stream_arn = kinesis_stream_of(call.body);
  const std::string_view name = required_member(call.body, "TableName");
  nlohmann::ordered_json answer;
  services.catalog.annotate(name, [&](const engine::Table& table) {
    auto destinations = kinesis_destinations_of(services, table);
    auto& destination = required_destination(destinations, stream_arn, table);
    if (!destination.is_active) {
      throw kinesis_state_error(
          "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.");
    }
    destination.is_active = false;
    answer = {
        {"TableName", table.name}, {"StreamArn", stream_arn}, {"DestinationStatus", "DISABLING"}};
    return notes_of(destinations);
  });
  out += answer.dump();
}

}  // namespace api
