// UpdateKinesisStreamingDestination: how precise the times of a table's changes are to be.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateKinesisStreamingDestination.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/kinesis_destinations.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateKinesisStreamingDestination");
constexpr std::string_view default_precision = "MILLISECOND";

void change_precision(KinesisDestination& destination, const std::string& stream_arn,
                      std::string_view precision, const engine::Table& table) {
  if (!destination.is_active) {
    throw kinesis_state_error(
        "KinesisStreamingDestination must be ACTIVE to perform UPDATE operation.");
  }
  const std::string_view current =
      destination.precision.empty() ? default_precision : std::string_view(destination.precision);
  if (precision == current) {
    throw engine::validation_error(
        "Invalid Request: Precision is already set to the desired "
        "value of " +
        std::string(precision) + " for tableId: " + table.uuid + ", kdsArn: " + stream_arn);
  }
  destination.precision = precision;
}

}  // namespace

void update_kinesis_streaming_destination(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto stream_arn = kinesis_stream_of(call.body);
  const auto precision = precision_in(call.body, "UpdateKinesisStreamingConfiguration");
  if (precision.empty()) {
    throw engine::validation_error(
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
  }
  const std::string_view name = required_member(call.body, "TableName");
  nlohmann::ordered_json answer;
  services.catalog.annotate(name, [&](const engine::Table& table) {
    auto destinations = kinesis_destinations_of(services, table);
    auto& destination = required_destination(destinations, stream_arn, table);
    change_precision(destination, stream_arn, precision, table);
    answer = {
        {"TableName", table.name}, {"StreamArn", stream_arn}, {"DestinationStatus", "UPDATING"}};
    return notes_of(destinations);
  });
  answer["UpdateKinesisStreamingConfiguration"] = {
      {"ApproximateCreationDateTimePrecision", precision}};
  out += answer.dump();
}

}  // namespace api
