// A mapping as it is written down, and what it asks of the machines of its shards.

#include "mapping/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "mapping/rules.h"

namespace mapping {
namespace {

using std::chrono::seconds;

MappingSpec everything() {
  return {.is_enabled = false,
          .batch_size = 7,
          .maximum_batching_window_in_seconds = 8,
          .parallelization_factor = 9,
          .maximum_retry_attempts = 10,
          .maximum_record_age_in_seconds = 61,
          .bisect_batch_on_function_error = true,
          .tumbling_window_in_seconds = 12,
          .function_response_types = std::vector<std::string>{"ReportBatchItemFailures"},
          .filter_patterns = std::vector<std::string>{"{\"a\":[1]}", "{}"},
          .on_failure_destination = "arn:aws:sns:us-east-1:000000000000:t",
          .kms_key_arn = "arn:aws:kms:us-east-1:000000000000:key/k",
          .metrics = std::vector<std::string>{"EventCount"},
          .maximum_concurrency = 13};
}

Mapping stored() {
  Mapping mapping;
  mapping.uuid = "u";
  mapping.arn = "a";
  mapping.event_source_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/L";
  mapping.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
  mapping.starting_position = StartingPosition::latest;
  return mapping;
}

TEST(MappingTest, WhatIsWrittenDownIsReadAgain) {
  auto mapping = stored();
  mapping.apply(everything());
  mapping.tags = {{"team", "a"}};
  mapping.has_begun = true;
  mapping.seed = 14;
  const auto document = mapping.to_document();
  const auto read = Mapping::from_document(document);
  EXPECT_EQ(read.to_document(), document);
  EXPECT_EQ(read.filter_patterns, mapping.filter_patterns);
  EXPECT_EQ(read.tags, mapping.tags);
  EXPECT_EQ(read.maximum_concurrency, 13);
  EXPECT_FALSE(read.is_enabled);
}

TEST(MappingTest, ADocumentOfBeforeAMemberExistedGivesItsDefault) {
  const auto read = Mapping::from_document(
      R"({"arn":"a","batch_size":5,"bisect_batch_on_function_error":true,"event_source_arn":"e",)"
      R"("function_arn":"f","has_begun":true,"is_deleted":false,"is_enabled":true,)"
      R"("last_modified":1764085660123,"maximum_retry_attempts":2,"on_failure_destination":"",)"
      R"("seed":3,"starting_position":"LATEST","uuid":"u"})");
  EXPECT_EQ(read.batch_size, 5);
  EXPECT_EQ(read.parallelization_factor, 1);
  EXPECT_EQ(read.maximum_record_age_in_seconds, -1);
  EXPECT_EQ(read.tumbling_window_in_seconds, 0);
  EXPECT_TRUE(read.filter_patterns.empty());
  EXPECT_FALSE(read.reports_batch_item_failures());
}

TEST(MappingTest, ThePolicySaysEveryMember) {
  auto mapping = stored();
  mapping.apply(everything());
  mapping.seed = 14;
  const auto policy = mapping.policy({.base = seconds(5)});
  EXPECT_EQ(policy.batch_size, 7);
  EXPECT_EQ(policy.batching_window, seconds(8));
  EXPECT_EQ(policy.parallelization_factor, 9);
  EXPECT_EQ(policy.maximum_retry_attempts, 10);
  EXPECT_EQ(policy.maximum_record_age, seconds(61));
  EXPECT_TRUE(policy.bisect_batch_on_function_error);
  EXPECT_EQ(policy.tumbling_window, seconds(12));
  EXPECT_TRUE(policy.reports_batch_item_failures);
  EXPECT_EQ(policy.backoff.base, seconds(5));
  EXPECT_EQ(policy.seed, 14u);
  EXPECT_FALSE(stored().policy({}).maximum_record_age.has_value());
  EXPECT_FALSE(stored().policy({}).reports_batch_item_failures);
}

TEST(MappingTest, WhatASpecDoesNotSayStays) {
  auto mapping = stored();
  mapping.apply(everything());
  const auto before = mapping.to_document();
  mapping.apply({});
  EXPECT_EQ(mapping.to_document(), before);
}

TEST(MappingRulesTest, LanesAndWindowsExcludeEachOther) {
  auto mapping = stored();
  mapping.parallelization_factor = 2;
  EXPECT_NO_THROW(check_members(mapping));
  mapping.tumbling_window_in_seconds = 1;
  EXPECT_THROW(check_members(mapping), engine::ApiError);
  mapping.parallelization_factor = 1;
  EXPECT_NO_THROW(check_members(mapping));
}

TEST(MappingRulesTest, FiveFiltersAreEnough) {
  auto mapping = stored();
  mapping.filter_patterns.assign(5, "{}");
  EXPECT_NO_THROW(check_members(mapping));
  mapping.filter_patterns.emplace_back("{}");
  EXPECT_THROW(check_members(mapping), engine::ApiError);
}

}  // namespace
}  // namespace mapping
