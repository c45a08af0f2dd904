// Failed calls: retries, backoff, throttles, bisecting.
// Numbers in names are those of event-source-mapping.md section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

TEST(RetriesTest, Behaviour43RetriesTheSameRecordsAndRefillsNothing) {
  DrivenShard shard(at_once({.batch_size = 4}));
  shard.write(records(1, 2));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.fails();
  shard.write(records(3, 3));
  const auto again = shard.call();
  EXPECT_THAT(again.numbers, ElementsAre(1, 2));
  EXPECT_EQ(again.attempt, 2);
}

TEST(RetriesTest, Behaviours41And44GivesUpAfterTheRetriesAndGoesOn) {
  DrivenShard shard(at_once({.batch_size = 1, .maximum_retry_attempts = 2}));
  shard.write(records(1, 2));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(shard.call().attempt, attempt);
    shard.fails({.request_id = "r" + std::to_string(attempt)});
  }
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(1));
  EXPECT_EQ(given_up.why, Condition::retry_attempts_exhausted);
  EXPECT_EQ(given_up.attempts, 3);
  EXPECT_EQ(given_up.failed.request_id, "r3");
  EXPECT_EQ(shard.checkpoint(), 1u);
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(RetriesTest, Behaviour42WithoutRetriesThereIsOneCall) {
  DrivenShard shard({.batch_size = 2, .maximum_retry_attempts = 0});
  shard.write(records(1, 2));
  shard.calls();
  shard.fails();
  EXPECT_EQ(shard.gives_up().attempts, 1);
}

TEST(RetriesTest, WithoutALimitItNeverGivesUp) {
  DrivenShard shard(at_once({.batch_size = 2}));
  shard.write(records(1, 2));
  for (int attempt = 1; attempt <= 1000; ++attempt) {
    ASSERT_EQ(shard.call().attempt, attempt);
    shard.fails();
  }
}

TEST(RetriesTest, TheCountOfAttemptsSurvivesACrash) {
  DrivenShard shard(at_once({.batch_size = 2, .maximum_retry_attempts = 2}));
  shard.write(records(1, 2));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(shard.call().attempt, attempt);
    shard.fails();
    shard.next();
    shard.crash();
  }
  EXPECT_EQ(shard.gives_up().attempts, 3);
}

TEST(RetriesTest, Behaviour60TheGapBetweenRetriesGrows) {
  DrivenShard shard({.batch_size = 1, .seed = 42});
  shard.write(records(1, 1));
  auto last_gap = engine::Duration(0);
  for (int attempt = 1; attempt <= 7; ++attempt) {
    EXPECT_THAT(shard.calls(), ElementsAre(1));
    shard.fails();
    const auto until = shard.waits().value();
    EXPECT_GT(until - shard.now, last_gap);
    last_gap = until - shard.now;
    shard.now = until - milliseconds(1);
    EXPECT_EQ(shard.waits(), until);
    shard.now = until;
  }
  // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5 seconds, and a little.
  EXPECT_GE(shard.now - t0, milliseconds(63'500));
  EXPECT_LT(shard.now - t0, seconds(67));
}

TEST(RetriesTest, TheGapIsCapped) {
  const Backoff backoff;
  EXPECT_GE(backoff.after(10'000, 1), seconds(60));
  EXPECT_LE(backoff.after(10'000, 1), seconds(63));
}

TEST(RetriesTest, TheSameSeedGivesTheSameGaps) {
  const Backoff backoff;
  EXPECT_EQ(backoff.after(3, 5), backoff.after(3, 5));
  EXPECT_NE(backoff.after(3, 5), backoff.after(3, 6));
}

TEST(RetriesTest, Behaviour45AThrottleUsesUpNoAttemptAndSplitsNothing) {
  DrivenShard shard(at_once(
      {.batch_size = 2, .maximum_retry_attempts = 0, .bisect_batch_on_function_error = true}));
  shard.write(records(1, 2));
  for (int i = 0; i < 50; ++i) {
    const auto call = shard.call();
    EXPECT_THAT(call.numbers, ElementsAre(1, 2));
    EXPECT_EQ(call.attempt, 1);
    shard.is_throttled();
  }
}

TEST(RetriesTest, AThrottleBetweenFailuresKeepsTheCount) {
  DrivenShard shard(at_once({.batch_size = 1, .maximum_retry_attempts = 1}));
  shard.write(records(1, 1));
  shard.calls();
  shard.fails();
  EXPECT_EQ(shard.call().attempt, 2);
  shard.is_throttled();
  EXPECT_EQ(shard.call().attempt, 2);
  shard.fails();
  EXPECT_EQ(shard.gives_up().attempts, 2);
}

TEST(RetriesTest, AThrottleBacksOffToo) {
  DrivenShard shard({.batch_size = 1});
  shard.write(records(1, 1));
  shard.calls();
  shard.is_throttled();
  const auto first = shard.waits().value();
  EXPECT_GT(first, t0);
  shard.now = first;
  shard.calls();
  shard.is_throttled();
  EXPECT_GT(shard.waits().value() - first, first - t0);
  // Also over a crash.
  const auto second = shard.waits();
  shard.crash();
  EXPECT_EQ(shard.waits(), second);
}

TEST(RetriesTest, AfterASuccessTheGapsBeginAnew) {
  DrivenShard shard({.batch_size = 1});
  shard.write(records(1, 2));
  for (int i = 0; i < 5; ++i) {
    shard.calls();
    shard.fails();
    shard.now = shard.waits().value();
  }
  shard.calls();
  shard.succeeds();
  EXPECT_EQ(shard.call().attempt, 1);
  shard.fails();
  EXPECT_LT(shard.waits().value() - shard.now, seconds(1));
}

TEST(RetriesTest, Behaviour54BisectsAFailedBatchAndKeepsTheOrder) {
  DrivenShard shard({.batch_size = 4, .bisect_batch_on_function_error = true});
  shard.write(records(1, 4));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3, 4));
  shard.fails({.delivery_id = 9});
  const auto first = shard.call();
  EXPECT_THAT(first.numbers, ElementsAre(1, 2));
  EXPECT_EQ(first.split_from, 9u);
  EXPECT_EQ(first.attempt, 1);
  shard.succeeds();
  const auto second = shard.call();
  EXPECT_THAT(second.numbers, ElementsAre(3, 4));
  EXPECT_EQ(second.split_from, 9u);
}

TEST(RetriesTest, SplitsAnOddBatchInASmallerAndALargerHalf) {
  DrivenShard shard({.batch_size = 3, .bisect_batch_on_function_error = true});
  shard.write(records(1, 3));
  shard.calls();
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(2, 3));
}

TEST(RetriesTest, SplittingLeavesTheNextBatchAsLargeAsBefore) {
  DrivenShard shard({.batch_size = 2, .bisect_batch_on_function_error = true});
  shard.write(records(1, 4));
  shard.calls();
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
}

// The worked example of 5.5.
TEST(RetriesTest, Behaviour55IsolatesThePoisonedRecord) {
  DrivenShard shard(at_once(
      {.batch_size = 4, .maximum_retry_attempts = 1, .bisect_batch_on_function_error = true}));
  shard.write(records(1, 4));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3, 4));
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds();
  EXPECT_EQ(shard.checkpoint(), 2u);
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(3));
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(3));
  shard.fails();
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(3));
  EXPECT_EQ(given_up.attempts, 2);
  EXPECT_EQ(shard.checkpoint(), 3u);
  EXPECT_THAT(shard.calls(), ElementsAre(4));
  shard.succeeds();
  EXPECT_FALSE(shard.waits());
  EXPECT_TRUE(shard.machine.is_idle());
}

TEST(RetriesTest, Behaviour56SplitsUseUpNoAttempts) {
  DrivenShard shard(
      {.batch_size = 8, .maximum_retry_attempts = 0, .bisect_batch_on_function_error = true});
  shard.write(records(1, 8));
  std::vector<std::size_t> failed_sizes;
  Numbers delivered;
  while (!std::holds_alternative<Discard>(shard.next())) {
    const auto call = shard.calls();
    if (testing::Value(call, testing::Contains(3))) {
      failed_sizes.push_back(call.size());
      shard.fails();
    } else {
      delivered.insert(delivered.end(), call.begin(), call.end());
      shard.succeeds();
    }
  }
  EXPECT_THAT(failed_sizes, ElementsAre(8, 4, 2, 1));
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(3));
  EXPECT_THAT(delivered, ElementsAre(1, 2));
  EXPECT_THAT(shard.calls(), ElementsAre(4));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(5, 6, 7, 8));
}

TEST(RetriesTest, TheSecondHalfWaitsForTheFirst) {
  DrivenShard shard({.batch_size = 2, .bisect_batch_on_function_error = true});
  shard.write(records(1, 2));
  shard.calls();
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.fails();
  EXPECT_TRUE(shard.waits());  // And not [2] meanwhile.
}

}  // namespace
}  // namespace mapping
