// ReportBatchItemFailures as the machine sees it (event-source-mapping.md 5.4).
// Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

TEST(PartialSuccessTest, Behaviour50RetriesFromTheLowestNumber) {
  DrivenShard shard({.batch_size = 5});
  shard.write(records(1, 6));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3, 4, 5));
  shard.succeeds_before(3);
  EXPECT_EQ(shard.checkpoint(), 2u);
  // At once, and refilled with nothing.
  const auto rest = shard.call();
  EXPECT_THAT(rest.numbers, ElementsAre(3, 4, 5));
  EXPECT_EQ(rest.attempt, 1);
}

TEST(PartialSuccessTest, TheLastRecordAloneMayFail) {
  DrivenShard shard({.batch_size = 3});
  shard.write(records(1, 3));
  shard.calls();
  shard.succeeds_before(3);
  EXPECT_THAT(shard.calls(), ElementsAre(3));
}

TEST(PartialSuccessTest, TheFirstRecordIsTheWholeBatchAndAnAttempt) {
  DrivenShard shard({.batch_size = 3, .maximum_retry_attempts = 1});
  shard.write(records(1, 3));
  shard.calls();
  shard.succeeds_before(1);
  EXPECT_EQ(shard.checkpoint(), 0u);
  shard.now = shard.waits().value();  // Which backs off.
  const auto again = shard.call();
  EXPECT_THAT(again.numbers, ElementsAre(1, 2, 3));
  EXPECT_EQ(again.attempt, 2);
  shard.succeeds_before(1);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1, 2, 3));
}

// Once in a mixed batch and then 1 + 3 times alone.
TEST(PartialSuccessTest, Behaviour47TheCountRestartsWhenTheCheckpointMoves) {
  DrivenShard shard(at_once({.batch_size = 3, .maximum_retry_attempts = 3}));
  shard.write(records(1, 6));
  shard.calls();
  shard.succeeds();
  int deliveries_of_six = 0;
  EXPECT_THAT(shard.calls(), ElementsAre(4, 5, 6));
  ++deliveries_of_six;
  shard.succeeds_before(6);
  while (!std::holds_alternative<Discard>(shard.next())) {
    EXPECT_THAT(shard.calls(), ElementsAre(6));
    ++deliveries_of_six;
    shard.succeeds_before(6);
  }
  EXPECT_EQ(deliveries_of_six, 1 + 4);
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(6));
  EXPECT_EQ(given_up.attempts, 4);
}

TEST(PartialSuccessTest, OnlyTheRemainderIsGivenUp) {
  DrivenShard shard({.batch_size = 4, .maximum_retry_attempts = 0});
  shard.write(records(1, 4));
  shard.calls();
  shard.succeeds_before(3);
  shard.calls();
  shard.fails();
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(3, 4));
  EXPECT_EQ(given_up.attempts, 1);
}

TEST(PartialSuccessTest, AttemptsInVainBeforeAreForgotten) {
  DrivenShard shard(at_once({.batch_size = 4, .maximum_retry_attempts = 2}));
  shard.write(records(1, 4));
  shard.calls();
  shard.fails();
  shard.calls();
  shard.fails();
  EXPECT_EQ(shard.call().attempt, 3);
  shard.succeeds_before(2);
  EXPECT_EQ(shard.call().attempt, 1);
}

TEST(PartialSuccessTest, Behaviour57WithBisectItCutsAtTheNumberNotInTheMiddle) {
  DrivenShard shard({.batch_size = 8, .bisect_batch_on_function_error = true});
  shard.write(records(1, 8));
  shard.calls();
  shard.succeeds_before(2);
  EXPECT_THAT(shard.calls(), ElementsAre(2, 3, 4, 5, 6, 7, 8));
}

TEST(PartialSuccessTest, WithBisectNothingBeforeTheFirstIsHalvedLikeAFailure) {
  DrivenShard shard({.batch_size = 4, .bisect_batch_on_function_error = true});
  shard.write(records(1, 4));
  shard.calls();
  shard.succeeds_before(1);
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds_before(2);
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
}

TEST(PartialSuccessTest, TheRemainderSurvivesACrash) {
  DrivenShard shard({.batch_size = 4});
  shard.write(records(1, 6));
  shard.calls();
  shard.succeeds_before(3);
  shard.next();
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
}

TEST(PartialSuccessTest, TheRemainderIsTriedAtOnceAfterBackingOff) {
  DrivenShard shard({.batch_size = 4});
  shard.write(records(1, 4));
  shard.calls();
  shard.fails();
  shard.now = shard.waits().value();
  shard.calls();
  shard.succeeds_before(2);
  EXPECT_THAT(shard.calls(), ElementsAre(2, 3, 4));
}

TEST(PartialSuccessTest, InALaneTheCheckpointStaysBehindTheOthers) {
  DrivenShard shard({.batch_size = 4, .parallelization_factor = 2});
  shard.write({record(1, t0, key_of_lane(0, 2)), record(2, t0, key_of_lane(1, 2)),
               record(3, t0, key_of_lane(0, 2)), record(4, t0, key_of_lane(1, 2))});
  EXPECT_THAT(shard.calls(), ElementsAre(1, 3));
  shard.succeeds_before(3);
  EXPECT_EQ(shard.checkpoint(), 1u);
  EXPECT_THAT(shard.calls(), ElementsAre(3));
  EXPECT_THAT(shard.calls(), ElementsAre(2, 4));
  shard.succeeds_in(1);
  EXPECT_EQ(shard.checkpoint(), 2u);
  shard.succeeds_in(0);
  EXPECT_EQ(shard.checkpoint(), 4u);
}

}  // namespace
}  // namespace mapping
