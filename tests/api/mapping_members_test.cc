// What CreateEventSourceMapping and UpdateEventSourceMapping accept and refuse. Numbers in comments
// are those of event-source-mapping.md section 9.

#include "api/lambda/mapping_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/lambda/mapping_json.h"
#include "engine/api_error.h"

namespace api::lambda {
namespace {

using nlohmann::json;

const std::string stream_arn =
    "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2025-11-25T15:47:12.345";

json with(const json& members) {
  json body = {
      {"EventSourceArn", stream_arn}, {"FunctionName", "f"}, {"StartingPosition", "LATEST"}};
  body.update(members);
  return body;
}

/// `code: message`, or `accepted`.
std::string verdict(const json& body, MappingCall call = MappingCall::create) {
  try {
    const auto members = read_mapping_members(body, call);
    refuse_other_members(body, members);
    return "accepted";
  } catch (const engine::ApiError& error) {
    return error.code + ": " + error.message;
  }
}

std::string invalid(const std::string& message) {
  return "InvalidParameterValueException: " + message;
}
std::string broken(const std::string& path, const std::string& value,
                   const std::string& constraint) {
  return "ValidationException: 1 validation error detected: Value '" + value + "' at '" + path +
         "' failed to satisfy constraint: " + constraint;
}

TEST(MappingMembersTest, DefaultsAreAccepted) {
  EXPECT_EQ(verdict(with(json::object())), "accepted");
  EXPECT_EQ(verdict(with({{"MaximumBatchingWindowInSeconds", 0},
                          {"ParallelizationFactor", 1},
                          {"MaximumRecordAgeInSeconds", -1},
                          {"TumblingWindowInSeconds", 0},
                          {"FunctionResponseTypes", json::array()},
                          {"FilterCriteria", {{"Filters", json::array()}}},
                          {"KMSKeyArn", ""},
                          {"ScalingConfig", json::object()},
                          {"Tags", json::object()},
                          {"DestinationConfig", {{"OnFailure", json::object()}}},
                          {"SomethingUnknown", 7}})),
            "accepted");
}

TEST(MappingMembersTest, ConstraintsOfTheModel) {
  EXPECT_EQ(verdict(with({{"BatchSize", 0}})),
            broken("batchSize", "0", "Member must have value greater than or equal to 1"));
  EXPECT_EQ(verdict(with({{"BatchSize", 10'001}})),
            broken("batchSize", "10001", "Member must have value less than or equal to 10000"));
  EXPECT_EQ(
      verdict(with({{"MaximumRetryAttempts", -2}})),
      broken("maximumRetryAttempts", "-2", "Member must have value greater than or equal to -1"));
  // Behaviour 7.
  EXPECT_EQ(verdict(with({{"StartingPosition", "invalid"}})),
            broken("startingPosition", "invalid",
                   "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"));
  EXPECT_EQ(verdict(with({{"FunctionName", nullptr}})),
            "ValidationException: 1 validation error detected: Value null at 'functionName' failed "
            "to satisfy constraint: Member must not be null");
  EXPECT_EQ(
      verdict(with({{"BatchSize", 0}, {"ParallelizationFactor", 11}})),
      "ValidationException: 2 validation errors detected: Value '0' at 'batchSize' failed to "
      "satisfy constraint: Member must have value greater than or equal to 1; Value '11' at "
      "'parallelizationFactor' failed to satisfy constraint: Member must have value less than "
      "or equal to 10");
  EXPECT_EQ(verdict(with({{"BatchSize", "ten"}})),
            "SerializationException: STRING_VALUE can not be converted to an Integer");
}

// Behaviour 11.
TEST(MappingMembersTest, OnSuccessIsRefused) {
  EXPECT_EQ(
      verdict(with({{"DestinationConfig",
                     {{"OnSuccess", {{"Destination", "arn:aws:sqs:us-east-1:000000000000:q"}}}}}})),
      invalid("Unsupported DestinationConfig parameter for given event source mapping type."));
}

TEST(MappingMembersTest, WhatIsNotBuiltIsRefusedByName) {
  const std::string rest = " is not supported by this version of Dynamill";
  EXPECT_EQ(verdict(with({{"MaximumBatchingWindowInSeconds", 5}})),
            invalid("MaximumBatchingWindowInSeconds other than 0" + rest));
  EXPECT_EQ(verdict(with({{"ParallelizationFactor", 2}})),
            invalid("ParallelizationFactor other than 1" + rest));
  EXPECT_EQ(verdict(with({{"MaximumRecordAgeInSeconds", 60}})),
            invalid("MaximumRecordAgeInSeconds other than -1" + rest));
  EXPECT_EQ(verdict(with({{"TumblingWindowInSeconds", 1}})),
            invalid("TumblingWindowInSeconds other than 0" + rest));
  EXPECT_EQ(verdict(with({{"FunctionResponseTypes", {"ReportBatchItemFailures"}}})),
            invalid("FunctionResponseTypes" + rest));
  EXPECT_EQ(verdict(with({{"FilterCriteria", {{"Filters", {{{"Pattern", "{}"}}}}}}})),
            invalid("FilterCriteria" + rest));
  EXPECT_EQ(verdict(with({{"Tags", {{"a", "b"}}}})), invalid("Tags" + rest));
  EXPECT_EQ(verdict(with({{"DestinationConfig",
                           {{"OnFailure", {{"Destination", "arn:aws:kafka:::topic"}}}}}})),
            invalid("DestinationConfig.OnFailure.Destination other than an SQS queue, an SNS topic "
                    "or an S3 bucket" +
                    rest));
}

TEST(MappingMembersTest, WhatStreamsDoNotHaveIsRefused) {
  EXPECT_EQ(verdict(with({{"ScalingConfig", {{"MaximumConcurrency", 2}}}})),
            invalid("Unsupported 'scalingConfig' parameter for given event source mapping type."));
  EXPECT_EQ(verdict(with({{"Topics", {"t"}}})),
            invalid("Unsupported 'topics' parameter for given event source mapping type."));
  EXPECT_EQ(
      verdict(with({{"MaximumRecordAgeInSeconds", 59}})),
      invalid("MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 "
              "(inclusive)"));
}

TEST(MappingMembersTest, AnUpdateKeepsWhatIsAbsentAndClearsWhatIsEmpty) {
  const auto nothing = read_mapping_members(json::object(), MappingCall::update);
  EXPECT_FALSE(nothing.batch_size || nothing.function_name || nothing.on_failure_destination);
  const auto cleared = read_mapping_members(
      {{"DestinationConfig", {{"OnFailure", {{"Destination", ""}}}}}}, MappingCall::update);
  EXPECT_EQ(cleared.on_failure_destination, "");
}

// Behaviours 2, 4, 5.
TEST(MappingMembersTest, TheReplyHasExactlyTheMembersOfTheService) {
  mapping::MappingView view;
  view.mapping.uuid = "5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10";
  view.mapping.arn = "arn:aws:lambda:us-east-1:111111111111:event-source-mapping:5b2c";
  view.mapping.event_source_arn = stream_arn;
  view.mapping.function_arn = "arn:aws:lambda:us-east-1:111111111111:function:F";
  view.mapping.last_modified = engine::from_epoch_milliseconds(1764085660123);
  view.state = mapping::MappingState::creating;
  view.last_processing_result = "No records processed";
  EXPECT_EQ(mapping_json(view).dump(),
            R"({"BatchSize":100,"BisectBatchOnFunctionError":false,)"
            R"("DestinationConfig":{"OnFailure":{}},"EventSourceArn":")" +
                stream_arn +
                R"(","EventSourceMappingArn":)"
                R"("arn:aws:lambda:us-east-1:111111111111:event-source-mapping:5b2c",)"
                R"("FunctionArn":"arn:aws:lambda:us-east-1:111111111111:function:F",)"
                R"("FunctionResponseTypes":[],"LastModified":1764085660.123,)"
                R"("LastProcessingResult":"No records processed",)"
                R"("MaximumBatchingWindowInSeconds":0,"MaximumRecordAgeInSeconds":-1,)"
                R"("MaximumRetryAttempts":-1,"ParallelizationFactor":1,)"
                R"("StartingPosition":"TRIM_HORIZON","State":"Creating",)"
                R"("StateTransitionReason":"User action","TumblingWindowInSeconds":0,)"
                R"("UUID":"5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10"})");
}

}  // namespace
}  // namespace api::lambda
