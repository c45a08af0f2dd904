// What the bodies of CreateEventSourceMapping and UpdateEventSourceMapping say, and the replies.
// The constraints and their words: tests/wire/event_source_mapping_*.wire.

#include "api/lambda/mapping_members.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/lambda/mapping_json.h"
#include "engine/api_error.h"

namespace api::lambda {
namespace {

using mapping::SourceKind;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string stream_arn =
    "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2025-11-25T15:47:12.345";
const std::string queue_arn = "arn:aws:sqs:us-east-1:000000000000:q";

TEST(MappingMembersTest, WhatIsNotSaidIsNothing) {
  const auto spec = read_mapping_spec(Json::object());
  EXPECT_FALSE(spec.function_name || spec.is_enabled || spec.starting_position || spec.batch_size ||
               spec.maximum_batching_window_in_seconds || spec.parallelization_factor ||
               spec.maximum_retry_attempts || spec.maximum_record_age_in_seconds ||
               spec.bisect_batch_on_function_error || spec.tumbling_window_in_seconds ||
               spec.function_response_types || spec.filter_patterns ||
               spec.on_failure_destination || spec.kms_key_arn || spec.metrics ||
               spec.maximum_concurrency);
}

TEST(MappingMembersTest, WhatIsEmptyTakesAway) {
  const auto spec =
      read_mapping_spec({{"FilterCriteria", Json::object()},
                         {"ScalingConfig", Json::object()},
                         {"MetricsConfig", Json::object()},
                         {"DestinationConfig", {{"OnFailure", {{"Destination", ""}}}}},
                         {"FunctionResponseTypes", Json::array()},
                         {"KMSKeyArn", ""}});
  EXPECT_THAT(spec.filter_patterns.value(), IsEmpty());
  EXPECT_EQ(spec.maximum_concurrency, 0);
  EXPECT_THAT(spec.metrics.value(), IsEmpty());
  EXPECT_EQ(spec.on_failure_destination, "");
  EXPECT_THAT(spec.function_response_types.value(), IsEmpty());
  EXPECT_EQ(spec.kms_key_arn, "");
}

TEST(MappingMembersTest, PatternsAreKeptAsTheyCame) {
  const auto spec = read_mapping_spec(
      {{"FilterCriteria", {{"Filters", {{{"Pattern", "{ \"a\" : [1] }"}}, Json::object()}}}}});
  EXPECT_THAT(spec.filter_patterns.value(), ElementsAre("{ \"a\" : [1] }", "{}"));
}

TEST(MappingMembersTest, SourcesAreToldApartByTheirArns) {
  EXPECT_EQ(check_source({{"EventSourceArn", stream_arn}}), SourceKind::stream);
  EXPECT_EQ(check_source({{"EventSourceArn", queue_arn}}), SourceKind::queue);
  EXPECT_THROW(check_source(Json::object()), engine::ApiError);
}

mapping::MappingView view_on(const std::string& source) {
  mapping::MappingView view;
  view.mapping.uuid = "5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10";
  view.mapping.arn = "arn:aws:lambda:us-east-1:111111111111:event-source-mapping:5b2c";
  view.mapping.event_source_arn = source;
  view.mapping.function_arn = "arn:aws:lambda:us-east-1:111111111111:function:F";
  view.mapping.last_modified = engine::from_epoch_milliseconds(1764085660123);
  view.state = mapping::MappingState::creating;
  view.last_processing_result = "No records processed";
  return view;
}

const std::string reply_on_a_stream =
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
    R"("UUID":"5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10"})";

TEST(MappingMembersTest, Behaviour2TheReplyOnAStreamHasTheseMembersAndNoNulls) {
  EXPECT_EQ(mapping_json(view_on(stream_arn)).dump(), reply_on_a_stream);
}

TEST(MappingMembersTest, Behaviour4TheDefaultsOfAStream) {
  const auto reply = mapping_json(view_on(stream_arn));
  EXPECT_EQ(reply["BatchSize"], 100);
  EXPECT_EQ(reply["MaximumBatchingWindowInSeconds"], 0);
  EXPECT_EQ(reply["ParallelizationFactor"], 1);
  EXPECT_EQ(reply["MaximumRetryAttempts"], -1);
  EXPECT_EQ(reply["MaximumRecordAgeInSeconds"], -1);
  EXPECT_EQ(reply["BisectBatchOnFunctionError"], false);
  EXPECT_EQ(reply["TumblingWindowInSeconds"], 0);
  EXPECT_EQ(reply["DestinationConfig"].dump(), R"({"OnFailure":{}})");
  EXPECT_EQ(reply["FunctionResponseTypes"], Json::array());
}

TEST(MappingMembersTest, Behaviour3TheReplyOnAQueueHasItsOwnMembers) {
  EXPECT_EQ(mapping_json(view_on(queue_arn)).dump(),
            R"({"BatchSize":100,"EventSourceArn":")" + queue_arn +
                R"(","EventSourceMappingArn":)"
                R"("arn:aws:lambda:us-east-1:111111111111:event-source-mapping:5b2c",)"
                R"("FunctionArn":"arn:aws:lambda:us-east-1:111111111111:function:F",)"
                R"("FunctionResponseTypes":[],"LastModified":1764085660.123,)"
                R"("MaximumBatchingWindowInSeconds":0,"State":"Creating",)"
                R"("StateTransitionReason":"USER_INITIATED",)"
                R"("UUID":"5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10"})");
}

TEST(MappingMembersTest, Behaviour5TheReasonDependsOnTheSource) {
  EXPECT_EQ(mapping_json(view_on(stream_arn))["StateTransitionReason"], "User action");
  EXPECT_EQ(mapping_json(view_on(queue_arn))["StateTransitionReason"], "USER_INITIATED");
}

TEST(MappingMembersTest, Behaviour15WithoutFiltersThereIsNoFilterCriteria) {
  auto view = view_on(stream_arn);
  EXPECT_FALSE(mapping_json(view).contains("FilterCriteria"));
  view.mapping.filter_patterns = {"{ }"};
  EXPECT_EQ(mapping_json(view)["FilterCriteria"].dump(), R"({"Filters":[{"Pattern":"{ }"}]})");
}

}  // namespace
}  // namespace api::lambda
