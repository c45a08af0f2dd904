// What a shard's machine does in quiet times: reading, batches, checkpoints, restarts.
// Numbers in names are those of event-source-mapping.md section 9.

#include "mapping/shard/machine.h"

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MachineTest, ReadsFirstAndNotMuchMoreThanABatch) {
  const auto limit_of = [](int batch_size) {
    Machine machine(Policy{.batch_size = batch_size}, 7);
    const auto read = expect<Read>(machine.next(t0));
    EXPECT_EQ(read.after, 7u);
    return read.limit;
  };
  EXPECT_EQ(limit_of(1), 100u);
  EXPECT_EQ(limit_of(500), 500u);
  EXPECT_EQ(limit_of(10'000), 1000u);
}

TEST(MachineTest, Behaviour30ASingleRecordIsDeliveredAtOnce) {
  DrivenShard shard({.batch_size = 3});
  EXPECT_FALSE(shard.waits());
  shard.write(records(1, 1));
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.succeeds();
  EXPECT_FALSE(shard.waits());
}

TEST(MachineTest, Behaviour34NothingToDeliverIsNoCall) {
  DrivenShard shard({.batch_size = 3});
  EXPECT_FALSE(shard.waits());
  shard.filtered = {1, 2};
  shard.write(records(1, 2));
  EXPECT_FALSE(shard.waits());
}

TEST(MachineTest, Behaviour28BatchSizeCapsTheRecordsOfACall) {
  DrivenShard shard({.batch_size = 3});
  shard.write(records(1, 7));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(4, 5, 6));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(7));
}

TEST(MachineTest, ABatchIsGatheredFromSeveralPages) {
  DrivenShard shard({.batch_size = 2500});
  shard.write(records(1, 2600));
  EXPECT_THAT(shard.calls(), SizeIs(2500));
}

TEST(MachineTest, Behaviour25TheNextBatchWaitsForTheEndOfTheCall) {
  DrivenShard shard({.batch_size = 2});
  shard.write(records(1, 4));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  EXPECT_FALSE(shard.waits());
  shard.write(records(5, 5));
  EXPECT_FALSE(shard.waits());
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
}

TEST(MachineTest, AskingTwiceChangesNothing) {
  Machine machine(Policy{.batch_size = 2}, 0);
  machine.on_records(records(1, 2), 2, true, false, t0);
  const auto first = expect<Invoke>(machine.next(t0));
  const auto second = expect<Invoke>(machine.next(t0));
  EXPECT_EQ(numbers(first.attempt.records), numbers(second.attempt.records));
  machine.on_begun(0);
  machine.on_failure(0, t0);
  const auto before = machine.progress().encode();
  expect<Checkpoint>(machine.next(t0));
  expect<Checkpoint>(machine.next(t0));
  EXPECT_EQ(machine.progress().encode(), before);
}

TEST(MachineTest, WritesTheCheckpointDownBeforeAnythingElse) {
  Machine machine(Policy{.batch_size = 2}, 0);
  machine.on_records(records(1, 2), 2, false, false, t0);
  expect<Invoke>(machine.next(t0));
  machine.on_begun(0);
  machine.on_success(0, t0);
  expect<Checkpoint>(machine.next(t0));
  EXPECT_EQ(machine.checkpoint(), 2u);
  EXPECT_FALSE(machine.is_idle());
  machine.on_saved();
  EXPECT_TRUE(machine.is_idle());
  EXPECT_EQ(expect<Read>(machine.next(t0)).after, 2u);
}

TEST(MachineTest, Behaviour77WhenAllIsFilteredTheCheckpointMovesWithoutACall) {
  DrivenShard shard({.batch_size = 4});
  shard.filtered = {1, 2, 3};
  shard.write(records(1, 3));
  EXPECT_FALSE(shard.waits());
  EXPECT_EQ(shard.checkpoint(), 3u);
  EXPECT_EQ(Progress::decode(shard.saved)->checkpoint, 3u);
}

TEST(MachineTest, TheCheckpointPassesWhatWasFilteredUpToTheNextOpenRecord) {
  DrivenShard shard({.batch_size = 1});
  shard.filtered = {1, 3, 4, 6};
  shard.write(records(1, 6));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  EXPECT_EQ(shard.checkpoint(), 1u);
  shard.succeeds();
  EXPECT_EQ(shard.checkpoint(), 4u);
  EXPECT_THAT(shard.calls(), ElementsAre(5));
  shard.succeeds();
  EXPECT_EQ(shard.checkpoint(), 6u);
}

TEST(MachineTest, Behaviour31AnEventStaysWithinThePayload) {
  // {"Records":[]} and three records of 100 bytes with a comma each.
  DrivenShard shard({.batch_size = 10, .event_bytes_max = 14 + 3 * 101});
  shard.write(records(1, 7));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3));
  shard.succeeds();
  shard.change({.batch_size = 10, .event_bytes_max = 14 + 3 * 101 - 1});
  EXPECT_THAT(shard.calls(), ElementsAre(4, 5));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(6, 7));
}

TEST(MachineTest, ARecordTooLargeForAnyEventGoesAlone) {
  DrivenShard shard({.batch_size = 10, .event_bytes_max = 50});
  shard.write(records(1, 2));
  EXPECT_THAT(shard.calls(), ElementsAre(1));
}

TEST(MachineTest, ReadsNoMoreThanAnEventHolds) {
  Machine machine(Policy{.batch_size = 10'000, .event_bytes_max = 300}, 0);
  machine.on_records(records(1, 2), 2, false, false, t0);
  EXPECT_EQ(expect<Read>(machine.next(t0)).after, 2u);
  machine.on_records(records(3, 3), 3, false, false, t0);
  expect<Invoke>(machine.next(t0));
}

TEST(MachineTest, TheEndOfTheShardIsWrittenDown) {
  DrivenShard shard({.batch_size = 2});
  shard.write(records(1, 1));
  shard.close();
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  EXPECT_FALSE(shard.waits());
  shard.succeeds();
  EXPECT_TRUE(shard.has_ended());
  EXPECT_TRUE(Progress::decode(shard.saved)->has_ended);
  shard.crash();
  EXPECT_TRUE(shard.has_ended());
}

TEST(MachineTest, AShardThatIsClosedEmptyEnds) {
  DrivenShard shard({.batch_size = 2});
  EXPECT_FALSE(shard.waits());
  shard.close();
  EXPECT_TRUE(shard.has_ended());
}

TEST(MachineTest, ACallThatWasCutOffIsMadeAgain) {
  DrivenShard shard({.batch_size = 2, .maximum_retry_attempts = 0});
  shard.write(records(1, 2));
  EXPECT_EQ(shard.call().attempt, 1);
  shard.machine.on_cut_off(0);
  const auto again = shard.call();
  EXPECT_EQ(again.attempt, 1);
  EXPECT_THAT(again.numbers, ElementsAre(1, 2));
}

TEST(MachineTest, ACallWithoutAnAnswerIsMadeAgainAfterACrash) {
  DrivenShard shard({.batch_size = 2});
  shard.write(records(1, 3));
  shard.calls();
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
}

TEST(MachineTest, AnAnswerThatWasNotWrittenDownIsLost) {
  DrivenShard shard({.batch_size = 2});
  shard.write(records(1, 3));
  shard.calls();
  shard.succeeds();
  shard.crash();
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
}

TEST(MachineTest, AHalfDoneBisectGoesOnAfterACrash) {
  DrivenShard shard(at_once(
      {.batch_size = 4, .maximum_retry_attempts = 3, .bisect_batch_on_function_error = true}));
  shard.write(records(1, 4));
  shard.calls();
  shard.fails({.delivery_id = 1});
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
  shard.fails({.delivery_id = 3});
  EXPECT_THAT(shard.calls(), ElementsAre(3));
  shard.fails({"request", "7", std::nullopt, 4});
  shard.next();

  shard.crash();
  EXPECT_EQ(expect<Read>(shard.machine.next(t0)).after, 2u);
  const auto again = shard.call();
  EXPECT_THAT(again.numbers, ElementsAre(3));
  EXPECT_EQ(again.attempt, 2);
  EXPECT_EQ(again.split_from, 3u);
  const auto& failed = shard.machine.progress().lanes[0].pieces[0].failed;
  EXPECT_EQ(failed.request_id, "request");
  EXPECT_EQ(failed.executed_version, "7");
  EXPECT_EQ(failed.function_error, std::nullopt);
  EXPECT_EQ(failed.delivery_id, 4u);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(4));
}

TEST(MachineTest, BackoffSurvivesACrash) {
  DrivenShard shard({.batch_size = 1});
  shard.write(records(1, 1));
  shard.calls();
  shard.fails();
  const auto until = shard.waits();
  ASSERT_TRUE(until);
  shard.crash();
  EXPECT_EQ(shard.waits(), until);
  shard.now = *until;
  EXPECT_EQ(shard.call().attempt, 2);
}

Progress begun(std::vector<Piece> pieces) {
  Progress progress{.checkpoint = 2};
  progress.lanes[0].done = 2;
  progress.lanes[0].pieces = std::move(pieces);
  return progress;
}

TEST(MachineTest, WhatTheStreamLostMeanwhileIsNotWaitedFor) {
  const auto progress =
      begun({{.first = 3, .last = 4, .size = 2}, {.first = 5, .last = 6, .size = 2}});
  DrivenShard shard({.batch_size = 4}, progress);
  shard.write(records(6, 7));
  EXPECT_THAT(shard.calls(), ElementsAre(6, 7));

  DrivenShard emptied({.batch_size = 4}, progress);
  EXPECT_FALSE(emptied.waits());
  EXPECT_EQ(emptied.checkpoint(), 6u);
  emptied.close();
  EXPECT_TRUE(emptied.has_ended());
}

TEST(MachineTest, WhatTheStreamLeftOfABatchIsAnotherBatch) {
  DrivenShard shard({.batch_size = 4, .maximum_retry_attempts = 2},
                    begun({{.first = 3, .last = 6, .size = 4, .attempts = 2}}));
  shard.write(records(5, 6));
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(5, 6));
  EXPECT_EQ(call.attempt, 1);
  shard.succeeds_before(5);
  shard.now += std::chrono::seconds(1);
  EXPECT_EQ(shard.call().attempt, 2);
}

TEST(MachineTest, AHalfThatANewFilterEmptiedIsNotWaitedFor) {
  DrivenShard shard({.batch_size = 4}, begun({{.first = 3, .last = 4, .size = 2},
                                              {.first = 5, .last = 6, .size = 2}}));
  shard.filtered = {5, 6};
  shard.write(records(3, 7));
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(7));
}

TEST(MachineTest, AHalfThatIsAsItWasKeepsItsAttemptsAndItsPause) {
  auto progress = begun(
      {{.first = 3, .last = 4, .size = 2, .attempts = 2}, {.first = 5, .last = 9, .size = 2}});
  progress.lanes[0].not_before = t0 + std::chrono::seconds(3);
  DrivenShard shard({.batch_size = 2}, progress);
  shard.write(records(3, 9));
  EXPECT_EQ(shard.waits(), t0 + std::chrono::seconds(3));
  shard.now += std::chrono::seconds(3);
  EXPECT_EQ(shard.call().attempt, 3);
}

TEST(MachineTest, ABatchThatANewFilterLetsGrowIsAnotherBatch) {
  DrivenShard shard({.batch_size = 2}, begun({{.first = 3, .last = 9, .size = 2, .attempts = 5}}));
  shard.write(records(3, 9));
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(3, 4));
  EXPECT_EQ(call.attempt, 1);
}

TEST(MachineTest, ANewPolicyLeavesTheBatchAndCountsForTheRest) {
  DrivenShard shard(at_once({.batch_size = 4}));
  shard.write(records(1, 6));
  shard.calls();
  shard.fails();
  shard.change(at_once({.batch_size = 1, .maximum_retry_attempts = 1}));
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3, 4));
  shard.fails();
  EXPECT_EQ(shard.gives_up().attempts, 2);
  EXPECT_THAT(shard.calls(), ElementsAre(5));
}

TEST(MachineTest, ProgressComesBackAsItWas) {
  Progress progress{.checkpoint = 5};
  progress.lanes.resize(2);
  progress.lanes[0] = {.done = 9,
                       .pieces = {{.first = 10,
                                   .last = 12,
                                   .size = 3,
                                   .attempts = 2,
                                   .split_from = 4,
                                   .is_windowed = true,
                                   .failed = {"a request", "7", "Unhandled", 8}},
                                  {.first = 13, .last = 13, .size = 1}},
                       .throttles = 3,
                       .not_before = t0 + std::chrono::seconds(7),
                       .gathering_since = t0 + std::chrono::seconds(5),
                       .is_gathering = true};
  progress.lanes[1].window = Window{.start = t0 - std::chrono::seconds(60),
                                    .end = t0,
                                    .state = R"({"a b": "1 2 \n"})",
                                    .has_records = true,
                                    .is_terminated_early = true,
                                    .newest = t0 - std::chrono::seconds(2)};
  const auto text = progress.encode();
  const auto decoded = Progress::decode(text);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->encode(), text);
  EXPECT_EQ(decoded->lanes[0].pieces[0].failed.request_id, "a request");
  EXPECT_EQ(decoded->lanes[1].window->state, progress.lanes[1].window->state);
  EXPECT_EQ(decoded->lanes[1].window->start, progress.lanes[1].window->start);
  EXPECT_TRUE(decoded->has_pieces());
}

TEST(MachineTest, DecodesNothingButItsOwn) {
  const auto text = Progress{.checkpoint = 5}.encode();
  EXPECT_TRUE(Progress::decode(text));
  EXPECT_FALSE(Progress::decode(""));
  EXPECT_FALSE(Progress::decode("x" + text));
  EXPECT_FALSE(Progress::decode("1 0 0 0 0 0"));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(Progress::decode(text.substr(0, length))) << length;
  }
}

}  // namespace
}  // namespace mapping
