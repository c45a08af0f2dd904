// EnableKinesisStreamingDestination: names a Kinesis data stream for a table's changes.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/kinesis_destinations.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "EnableKinesisStreamingDestination");

}  // namespace

void enable_kinesis_streaming_destination(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto stream_arn = kinesis_stream_of(call.body);
  const std::string precision(precision_in(call.body, "EnableKinesisStreamingConfiguration"));
  const std::string_view name = required_member(call.body, "TableName");
  nlohmann::ordered_json answer;
  services.catalog.annotate(name, [&](const engine::Table& table) {
    auto destinations = kinesis_destinations_of(services, table);
    const auto found = destinations.find(stream_arn);
    if (found != destinations.end() && found->second.is_active) {
      throw kinesis_state_error(
          "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
          "operation.");
    }
    destinations[stream_arn] = {.is_active = true, .precision = precision};
    answer = {
        {"TableName", table.name}, {"StreamArn", stream_arn}, {"DestinationStatus", "ENABLING"}};
    return notes_of(destinations);
  });
  auto& configuration = answer["EnableKinesisStreamingConfiguration"];
  configuration = nlohmann::ordered_json::object();
  if (!precision.empty()) configuration["ApproximateCreationDateTimePrecision"] = precision;
  out += answer.dump();
}

}  // namespace api
