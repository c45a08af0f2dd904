// ParallelizationFactor: several lanes per shard (event-source-mapping.md 3.5).
// Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

constexpr std::uint64_t a = key_of_lane(0, 2);
constexpr std::uint64_t b = key_of_lane(1, 2);

/// 1, 3, 5 ... of the key `a`, and 2, 4, 6 ... of `b`.
std::vector<Arrival> alternating(engine::SequenceNumber first, engine::SequenceNumber last) {
  auto list = records(first, last);
  for (auto& record : list) record.key_hash = record.sequence_number % 2 == 1 ? a : b;
  return list;
}

TEST(LanesTest, Behaviour32SeveralCallsPerShardAtOnce) {
  DrivenShard shard({.batch_size = 2, .parallelization_factor = 2});
  shard.write(alternating(1, 8));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 3));
  EXPECT_THAT(shard.calls(), ElementsAre(2, 4));
  EXPECT_FALSE(shard.waits());
  shard.succeeds_in(1);
  EXPECT_THAT(shard.calls(), ElementsAre(6, 8));
  shard.succeeds_in(0);
  EXPECT_THAT(shard.calls(), ElementsAre(5, 7));
}

TEST(LanesTest, Behaviour32RecordsOfOneKeyAreNeverConcurrent) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 10});
  shard.write(records(1, 50, t0, 0x1234'5678'9abc'def0));
  for (engine::SequenceNumber number = 1; number <= 50; ++number) {
    EXPECT_THAT(shard.calls(), ElementsAre(number));
    EXPECT_FALSE(shard.waits());
    shard.succeeds();
  }
}

TEST(LanesTest, TheHashesAreSharedInRanges) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 10});
  std::vector<Arrival> list;
  for (std::size_t lane = 0; lane < 10; ++lane) {
    list.push_back(record(lane + 1, t0, key_of_lane(lane, 10)));
  }
  list.push_back(record(11, t0, 0));
  list.push_back(record(12, t0, ~std::uint64_t{0}));
  shard.write(list);
  for (std::size_t lane = 0; lane < 10; ++lane) {
    const auto call = shard.call();
    EXPECT_EQ(call.lane, lane);
    EXPECT_THAT(call.numbers, ElementsAre(lane + 1));
  }
  shard.succeeds_in(0);
  EXPECT_THAT(shard.calls(), ElementsAre(11));
  shard.succeeds_in(9);
  EXPECT_THAT(shard.calls(), ElementsAre(12));
}

TEST(LanesTest, Behaviour33APoisonedKeyBlocksItsLaneOnly) {
  DrivenShard shard(at_once({.batch_size = 1, .parallelization_factor = 2}));
  shard.write(alternating(1, 6));
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.fails();
  for (const engine::SequenceNumber number : {2, 4, 6}) {
    EXPECT_THAT(shard.calls(), ElementsAre(1));
    EXPECT_THAT(shard.calls(), ElementsAre(number));
    shard.succeeds_in(1);
    shard.fails_in(0);
  }
}

TEST(LanesTest, ALaneThatStandsStillLetsTheOthersReadOn) {
  DrivenShard shard({.batch_size = 10, .parallelization_factor = 2});
  shard.write(records(1, 5000, t0, a));
  EXPECT_EQ(shard.calls().size(), 10u);
  EXPECT_FALSE(shard.waits());
  shard.write({record(5001, t0, b)});
  EXPECT_THAT(shard.calls(), ElementsAre(5001));
}

TEST(LanesTest, OneSlowLaneDoesNotTakeAllTheMemory) {
  Machine machine(Policy{.batch_size = 10, .parallelization_factor = 2}, Progress{});
  expect<Checkpoint>(machine.next(t0));
  machine.on_saved();
  engine::SequenceNumber last = 0;
  while (last < Machine::records_max) {
    const auto read = expect<Read>(machine.next(t0));
    ASSERT_EQ(read.after, last);
    machine.on_records(records(last + 1, last + 1000, t0, a), last + 1000, false, false, t0);
    last += 1000;
  }
  EXPECT_EQ(expect<Invoke>(machine.next(t0)).lane, 0u);
}

TEST(LanesTest, TheCheckpointNeverPassesTheSlowest) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.write(alternating(1, 6));
  shard.calls();
  for (int i = 0; i < 3; ++i) {
    shard.calls();
    shard.succeeds_in(1);
    EXPECT_EQ(shard.checkpoint(), 0u);
  }
  shard.succeeds_in(0);
  EXPECT_EQ(shard.checkpoint(), 2u);
  shard.calls();
  shard.succeeds_in(0);
  EXPECT_EQ(shard.checkpoint(), 4u);
  shard.calls();
  shard.succeeds_in(0);
  EXPECT_EQ(shard.checkpoint(), 6u);
}

TEST(LanesTest, WhatAFastLaneHasDoneIsNotDoneAgainAfterACrash) {
  DrivenShard shard({.batch_size = 2, .parallelization_factor = 2});
  shard.write(alternating(1, 8));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 3));
  EXPECT_THAT(shard.calls(), ElementsAre(2, 4));
  shard.succeeds_in(1);
  shard.next();
  EXPECT_EQ(Progress::decode(shard.saved)->checkpoint, 0u);
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 3));
  EXPECT_THAT(shard.calls(), ElementsAre(6, 8));
}

TEST(LanesTest, AttemptsAndBackoffAreOfTheLane) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2, .maximum_retry_attempts = 1});
  shard.write(alternating(1, 4));
  shard.calls();
  shard.calls();
  shard.fails_in(0);
  shard.succeeds_in(1);
  EXPECT_THAT(shard.calls(), ElementsAre(4));
  const auto until = shard.waits().value();
  shard.succeeds_in(1);
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(4));  // That answer was not written down.
  EXPECT_EQ(shard.waits(), until);
  shard.now = until;
  const auto again = shard.call();
  EXPECT_THAT(again.numbers, ElementsAre(1));
  EXPECT_EQ(again.attempt, 2);
  shard.fails_in(0);
  EXPECT_EQ(shard.gives_up().lane, 0u);
}

TEST(LanesTest, TheEndWaitsForAllOfThem) {
  DrivenShard shard({.batch_size = 10, .parallelization_factor = 2});
  shard.write(alternating(1, 4));
  shard.close();
  shard.calls();
  shard.calls();
  shard.succeeds_in(1);
  EXPECT_FALSE(shard.waits());
  shard.succeeds_in(0);
  EXPECT_TRUE(shard.has_ended());
}

TEST(LanesTest, AFilteredRecordHoldsNoLaneUp) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.filtered = {1, 3, 4};
  shard.write(alternating(1, 6));
  EXPECT_THAT(shard.calls(), ElementsAre(5));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  EXPECT_EQ(shard.checkpoint(), 1u);
  shard.succeeds_in(1);
  EXPECT_EQ(shard.checkpoint(), 4u);
}

TEST(LanesTest, MoreLanesBeginWhenWhatWasBegunIsDone) {
  DrivenShard shard({.batch_size = 2});
  shard.write(alternating(1, 6));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.change({.batch_size = 2, .parallelization_factor = 2});
  EXPECT_FALSE(shard.waits());  // 4 may not overtake 2.
  EXPECT_EQ(shard.machine.lanes().size(), 1u);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 5));
  EXPECT_THAT(shard.calls(), ElementsAre(4, 6));
}

TEST(LanesTest, FewerLanesBeginWhenAllOfThemHaveCaughtUp) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.write(alternating(1, 8));
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  shard.succeeds_in(1);
  EXPECT_THAT(shard.calls(), ElementsAre(4));
  shard.change({.batch_size = 10});
  shard.succeeds_in(1);
  EXPECT_FALSE(shard.waits());  // Not 6, which lies behind everything begun.
  shard.succeeds_in(0);
  EXPECT_THAT(shard.calls(), ElementsAre(3));  // And not 5.
  EXPECT_FALSE(shard.waits());
  shard.succeeds_in(0);
  EXPECT_EQ(shard.checkpoint(), 4u);
  EXPECT_THAT(shard.calls(), ElementsAre(5, 6, 7, 8));
}

TEST(LanesTest, ABatchingWindowDoesNotHoldUpTheChange) {
  DrivenShard shard(
      {.batch_size = 2, .batching_window = seconds(300), .parallelization_factor = 2});
  shard.write({record(1, t0, a), record(2, t0, b), record(3, t0, b)});
  EXPECT_THAT(shard.calls(), ElementsAre(2, 3));
  EXPECT_TRUE(shard.waits());
  shard.change({.batch_size = 2, .batching_window = seconds(300)});
  EXPECT_THAT(shard.calls(), ElementsAre(1));
}

TEST(LanesTest, ARetryInTheMiddleOfAChangeGoesOnInItsLane) {
  DrivenShard shard(at_once({.batch_size = 2, .bisect_batch_on_function_error = true}));
  shard.write(alternating(1, 6));
  shard.calls();
  shard.change(at_once(
      {.batch_size = 2, .parallelization_factor = 2, .bisect_batch_on_function_error = true}));
  shard.fails();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  EXPECT_FALSE(shard.waits());
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  EXPECT_FALSE(shard.waits());
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 5));
  EXPECT_THAT(shard.calls(), ElementsAre(4, 6));
}

TEST(LanesTest, AChangeInTheMiddleSurvivesACrash) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.write(alternating(1, 8));
  shard.calls();
  shard.calls();
  shard.succeeds_in(1);
  shard.calls();  // 4, while 1 is not done.
  shard.change({.batch_size = 10});
  shard.succeeds_in(1);
  shard.next();
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3));
  EXPECT_FALSE(shard.waits());
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(5, 6, 7, 8));
}

TEST(LanesTest, AChangeAndBackAgainIsNone) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.write(alternating(1, 4));
  shard.calls();
  shard.change({.batch_size = 1});
  shard.next();
  shard.change({.batch_size = 1, .parallelization_factor = 2});
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  shard.succeeds_in(1);
  EXPECT_THAT(shard.calls(), ElementsAre(4));
}

}  // namespace
}  // namespace mapping
