// DescribeKinesisStreamingDestination: where a table's changes are to go, and no longer.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeKinesisStreamingDestination.html

#include <nlohmann/json.hpp>

#include "api/dynamodb/kinesis_destinations.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeKinesisStreamingDestination");

}  // namespace

void describe_kinesis_streaming_destination(Services& services, const Call& call,
                                            std::string& out) {
  input.check(call.body);
  const auto table = services.catalog.existing(required_member(call.body, "TableName"));
  nlohmann::ordered_json answer = {{"TableName", table->name}};
  auto& list = answer["KinesisDataStreamDestinations"] = nlohmann::ordered_json::array();
  for (const auto& [stream_arn, destination] : kinesis_destinations_of(services, *table)) {
    nlohmann::ordered_json described = {
        {"StreamArn", stream_arn},
        {"DestinationStatus", destination.is_active ? "ACTIVE" : "DISABLED"}};
    if (!destination.precision.empty()) {
      described["ApproximateCreationDateTimePrecision"] = destination.precision;
    }
    list.push_back(std::move(described));
  }
  out += answer.dump();
}

}  // namespace api
