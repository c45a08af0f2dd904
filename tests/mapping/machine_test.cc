// Numbers in comments are those of event-source-mapping.md section 9.

#include "mapping/shard/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace mapping {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

const engine::TimePoint t0{};

std::vector<Arrival> records(engine::SequenceNumber first, engine::SequenceNumber last,
                             std::size_t event_bytes = 100) {
  std::vector<Arrival> list;
  for (auto number = first; number <= last; ++number) list.push_back({number, t0, event_bytes});
  return list;
}

std::vector<engine::SequenceNumber> numbers(std::span<const Arrival> arrivals) {
  std::vector<engine::SequenceNumber> list;
  for (const auto& arrival : arrivals) list.push_back(arrival.sequence_number);
  return list;
}

template <typename T>
T expect(const Action& action) {
  EXPECT_TRUE(std::holds_alternative<T>(action)) << "the action is number " << action.index();
  const T* found = std::get_if<T>(&action);
  return found != nullptr ? *found : T{};
}

/// Writes down whatever there is, and asks again.
Action next(Machine& machine, engine::TimePoint now = t0) {
  auto action = machine.next(now);
  while (std::holds_alternative<Checkpoint>(action)) {
    machine.on_saved();
    action = machine.next(now);
  }
  return action;
}

std::vector<engine::SequenceNumber> invoked(Machine& machine, engine::TimePoint now = t0) {
  return numbers(expect<Invoke>(next(machine, now)).records);
}

Policy at_once(Policy policy) {
  policy.backoff.base = milliseconds(0);
  return policy;
}

TEST(MachineTest, ReadsFirstAndNoMoreThanABatch) {
  Machine machine({.batch_size = 4}, 7);
  const auto read = expect<Read>(machine.next(t0));
  EXPECT_EQ(read.after, 7u);
  EXPECT_EQ(read.limit, 4u);
}

// Behaviours 28, 30, 34.
TEST(MachineTest, InvokesWhatOneReadReturnedAtMostABatch) {
  Machine machine({.batch_size = 3}, 0);
  machine.on_records({}, true, false);
  EXPECT_FALSE(expect<Wait>(machine.next(t0)).until);  // Nothing to deliver: no invocation.
  machine.on_news();
  expect<Read>(machine.next(t0));
  machine.on_records(records(1, 1), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1));
  machine.on_success();
  EXPECT_FALSE(expect<Wait>(next(machine)).until);
}

TEST(MachineTest, AskingTwiceChangesNothing) {
  Machine machine({.batch_size = 2}, 0);
  machine.on_records(records(1, 2), false, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  machine.on_failure(t0);
  const auto saved = machine.progress().encode();
  expect<Checkpoint>(machine.next(t0));
  expect<Checkpoint>(machine.next(t0));
  EXPECT_EQ(machine.progress().encode(), saved);
}

TEST(MachineTest, MovesTheCheckpointAfterASuccessAndBeforeAnythingElse) {
  Machine machine({.batch_size = 2}, 0);
  machine.on_records(records(1, 2), false, false);
  invoked(machine);
  machine.on_success();
  expect<Checkpoint>(machine.next(t0));
  EXPECT_EQ(machine.progress().checkpoint, 2u);
  machine.on_saved();
  EXPECT_EQ(expect<Read>(machine.next(t0)).after, 2u);
}

// Behaviour 43: identical records, not refilled with newer ones.
TEST(MachineTest, RetriesTheSameRecords) {
  Machine machine(at_once({.batch_size = 4}), 0);
  machine.on_records(records(1, 2), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  machine.on_failure(t0);
  machine.on_news();
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  EXPECT_EQ(expect<Invoke>(next(machine)).attempt, 2);
}

// Behaviours 41 and 44.
TEST(MachineTest, GivesUpAfterTheRetriesAndGoesOn) {
  Machine machine(at_once({.batch_size = 1, .maximum_retry_attempts = 2}), 0);
  machine.on_records(records(1, 1), false, false);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    EXPECT_EQ(expect<Invoke>(next(machine)).attempt, attempt);
    machine.on_failure(t0, {.request_id = "r" + std::to_string(attempt)});
  }
  const auto discard = expect<Discard>(next(machine));
  EXPECT_THAT(numbers(discard.records), ElementsAre(1));
  EXPECT_EQ(discard.attempts, 3);
  EXPECT_EQ(discard.failed.request_id, "r3");
  machine.on_discarded();
  EXPECT_EQ(expect<Read>(next(machine)).after, 1u);
  machine.on_records(records(2, 2), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(2));
}

// Behaviour 42.
TEST(MachineTest, WithoutRetriesThereIsOneCall) {
  Machine machine({.batch_size = 2, .maximum_retry_attempts = 0}, 0);
  machine.on_records(records(1, 2), true, false);
  invoked(machine);
  machine.on_failure(t0);
  EXPECT_EQ(expect<Discard>(next(machine)).attempts, 1);
}

TEST(MachineTest, WithoutALimitItNeverGivesUp) {
  Machine machine(at_once({.batch_size = 2}), 0);
  machine.on_records(records(1, 2), true, false);
  for (int attempt = 1; attempt <= 1000; ++attempt) {
    ASSERT_EQ(expect<Invoke>(next(machine)).attempt, attempt);
    machine.on_failure(t0);
  }
}

// Behaviour 54.
TEST(MachineTest, BisectsAFailedBatchAndKeepsTheOrder) {
  Machine machine({.batch_size = 4, .bisect_batch_on_function_error = true}, 0);
  machine.on_records(records(1, 4), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2, 3, 4));
  machine.on_failure(t0, {.delivery_id = 9});
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  EXPECT_EQ(expect<Invoke>(next(machine)).split_from, 9u);
  machine.on_success();
  EXPECT_THAT(invoked(machine), ElementsAre(3, 4));
  EXPECT_EQ(expect<Invoke>(next(machine)).split_from, 9u);
}

TEST(MachineTest, SplitsAnOddBatchInASmallerAndALargerHalf) {
  Machine machine({.batch_size = 3, .bisect_batch_on_function_error = true}, 0);
  machine.on_records(records(1, 3), true, false);
  invoked(machine);
  machine.on_failure(t0);
  EXPECT_THAT(invoked(machine), ElementsAre(1));
  machine.on_success();
  EXPECT_THAT(invoked(machine), ElementsAre(2, 3));
}

// Behaviours 55 and 56, and the worked example of 5.5.
TEST(MachineTest, IsolatesThePoisonedRecord) {
  Machine machine(
      at_once(
          {.batch_size = 4, .maximum_retry_attempts = 1, .bisect_batch_on_function_error = true}),
      0);
  machine.on_records(records(1, 4), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2, 3, 4));
  machine.on_failure(t0);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  machine.on_success();
  EXPECT_EQ(machine.progress().checkpoint, 2u);
  EXPECT_THAT(invoked(machine), ElementsAre(3, 4));
  machine.on_failure(t0);
  EXPECT_THAT(invoked(machine), ElementsAre(3));
  machine.on_failure(t0);
  EXPECT_THAT(invoked(machine), ElementsAre(3));
  machine.on_failure(t0);
  const auto discard = expect<Discard>(next(machine));
  EXPECT_THAT(numbers(discard.records), ElementsAre(3));
  EXPECT_EQ(discard.attempts, 2);
  machine.on_discarded();
  EXPECT_EQ(machine.progress().checkpoint, 3u);
  EXPECT_THAT(invoked(machine), ElementsAre(4));
  machine.on_success();
  EXPECT_FALSE(expect<Wait>(next(machine)).until);
  EXPECT_TRUE(machine.is_idle());
}

TEST(MachineTest, TheSecondHalfWaitsForTheFirst) {
  Machine machine({.batch_size = 2, .bisect_batch_on_function_error = true}, 0);
  machine.on_records(records(1, 2), true, false);
  invoked(machine);
  machine.on_failure(t0);
  EXPECT_THAT(invoked(machine), ElementsAre(1));
  machine.on_failure(t0);
  EXPECT_TRUE(expect<Wait>(next(machine)).until);  // And not [2] meanwhile.
}

// Behaviour 45.
TEST(MachineTest, AThrottleUsesUpNoAttemptAndSplitsNothing) {
  Machine machine(
      at_once(
          {.batch_size = 2, .maximum_retry_attempts = 0, .bisect_batch_on_function_error = true}),
      0);
  machine.on_records(records(1, 2), true, false);
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
    EXPECT_EQ(expect<Invoke>(next(machine)).attempt, 1);
    machine.on_throttle(t0);
  }
}

// Behaviour 60.
TEST(MachineTest, TheGapBetweenRetriesGrows) {
  Machine machine({.batch_size = 1, .seed = 42}, 0);
  machine.on_records(records(1, 1), true, false);
  auto now = t0;
  auto last_gap = engine::Duration(0);
  for (int attempt = 1; attempt <= 7; ++attempt) {
    EXPECT_THAT(invoked(machine, now), ElementsAre(1));
    machine.on_failure(now);
    const auto until = expect<Wait>(next(machine, now)).until.value();
    EXPECT_GT(until - now, last_gap);
    last_gap = until - now;
    expect<Wait>(next(machine, until - milliseconds(1)));
    now = until;
  }
  // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5 seconds, and a little.
  EXPECT_GE(now - t0, milliseconds(63'500));
  EXPECT_LT(now - t0, seconds(67));
}

TEST(MachineTest, TheGapIsCapped) {
  const Backoff backoff;
  EXPECT_GE(backoff.after(10'000, 1), seconds(60));
  EXPECT_LE(backoff.after(10'000, 1), seconds(63));
  EXPECT_EQ(backoff.after(3, 5), backoff.after(3, 5));
}

TEST(MachineTest, AThrottleBacksOffToo) {
  Machine machine({.batch_size = 1}, 0);
  machine.on_records(records(1, 1), true, false);
  invoked(machine);
  machine.on_throttle(t0);
  const auto first = expect<Wait>(next(machine)).until.value();
  invoked(machine, first);
  machine.on_throttle(first);
  EXPECT_GT(expect<Wait>(next(machine, first)).until.value() - first, first - t0);
}

// Behaviour 31.
TEST(MachineTest, ABatchStaysWithinThePayload) {
  Machine machine({.batch_size = 10, .event_bytes_max = 14 + 3 * 101}, 0);
  machine.on_records(records(1, 7, 100), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2, 3));
  machine.on_success();
  EXPECT_THAT(invoked(machine), ElementsAre(4, 5, 6));
  machine.on_success();
  EXPECT_THAT(invoked(machine), ElementsAre(7));
}

TEST(MachineTest, ReadsNoMoreThanAnEventHolds) {
  Machine machine({.batch_size = 10'000, .event_bytes_max = 300}, 0);
  machine.on_records(records(1, 2, 100), false, false);
  expect<Read>(machine.next(t0));
  machine.on_records(records(3, 3, 100), false, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2));
  machine.on_success();
  EXPECT_EQ(expect<Read>(next(machine)).after, 3u);
}

TEST(MachineTest, ARecordTooLargeForAnyEventGoesAlone) {
  Machine machine({.batch_size = 10, .event_bytes_max = 50}, 0);
  machine.on_records(records(1, 2, 100), true, false);
  EXPECT_THAT(invoked(machine), ElementsAre(1));
}

TEST(MachineTest, TheEndOfTheShardIsWrittenDown) {
  Machine machine({.batch_size = 2}, 0);
  machine.on_records(records(1, 1), true, true);
  EXPECT_THAT(invoked(machine), ElementsAre(1));
  machine.on_success();
  expect<Checkpoint>(machine.next(t0));
  machine.on_saved();
  EXPECT_FALSE(machine.progress().has_ended);
  expect<Checkpoint>(machine.next(t0));
  EXPECT_TRUE(machine.progress().has_ended);
  machine.on_saved();
  expect<End>(machine.next(t0));
  Machine again({.batch_size = 2}, *Progress::decode(machine.progress().encode()));
  expect<End>(again.next(t0));
}

TEST(MachineTest, AHalfDoneBisectGoesOnAfterARestart) {
  const Policy policy = at_once(
      {.batch_size = 4, .maximum_retry_attempts = 3, .bisect_batch_on_function_error = true});
  Machine machine(policy, 0);
  machine.on_records(records(1, 4), true, false);
  invoked(machine);
  machine.on_failure(t0, {.delivery_id = 1});
  invoked(machine);
  machine.on_success();
  invoked(machine);
  machine.on_failure(t0, {.delivery_id = 3});
  EXPECT_THAT(invoked(machine), ElementsAre(3));
  machine.on_failure(t0, {"request", "7", 4});
  expect<Checkpoint>(machine.next(t0));

  Machine again(policy, *Progress::decode(machine.progress().encode()));
  const auto read = expect<Read>(again.next(t0));
  EXPECT_EQ(read.after, 2u);
  EXPECT_EQ(read.limit, 2u);
  again.on_records(records(3, 3), false, false);
  EXPECT_EQ(expect<Read>(again.next(t0)).after, 3u);
  again.on_records(records(4, 4), false, false);
  EXPECT_THAT(invoked(again), ElementsAre(3));
  EXPECT_EQ(expect<Invoke>(again.next(t0)).attempt, 2);
  EXPECT_EQ(expect<Invoke>(again.next(t0)).split_from, 3u);
  EXPECT_EQ(again.progress().pieces.front().failed.executed_version, "7");
}

TEST(MachineTest, BackoffSurvivesARestart) {
  Machine machine({.batch_size = 1}, 0);
  machine.on_records(records(1, 1), true, false);
  invoked(machine);
  machine.on_failure(t0);
  const auto until = expect<Wait>(next(machine)).until;
  Machine again({.batch_size = 1}, *Progress::decode(machine.progress().encode()));
  expect<Read>(again.next(t0));
  again.on_records(records(1, 1), true, false);
  EXPECT_EQ(expect<Wait>(again.next(t0)).until, until);
}

TEST(MachineTest, WhatTheStreamLostIsNotWaitedFor) {
  Progress progress{.checkpoint = 2};
  progress.pieces = {{.first = 3, .last = 4, .size = 2}, {.first = 5, .last = 6, .size = 2}};
  Machine machine({.batch_size = 4}, progress);
  machine.on_records(records(6, 7), false, false);
  EXPECT_THAT(invoked(machine), ElementsAre(6));
  EXPECT_EQ(machine.progress().checkpoint, 4u);
  machine.on_success();
  Machine emptied({.batch_size = 4}, progress);
  emptied.on_records({}, true, false);
  EXPECT_FALSE(expect<Wait>(next(emptied)).until);
  EXPECT_EQ(emptied.progress().checkpoint, 6u);
}

TEST(MachineTest, ANewPolicyLeavesTheBatchAndCountsForTheRest) {
  Machine machine(at_once({.batch_size = 4}), 0);
  machine.on_records(records(1, 4), false, false);
  invoked(machine);
  machine.on_failure(t0);
  machine.set_policy(at_once({.batch_size = 1, .maximum_retry_attempts = 1}));
  EXPECT_THAT(invoked(machine), ElementsAre(1, 2, 3, 4));
  machine.on_failure(t0);
  expect<Discard>(next(machine));
  machine.on_discarded();
  EXPECT_EQ(expect<Read>(next(machine)).limit, 1u);
}

TEST(MachineTest, DecodesNothingButItsOwn) {
  EXPECT_FALSE(Progress::decode(""));
  EXPECT_FALSE(Progress::decode("2 0 0 0 0 0"));
  EXPECT_FALSE(Progress::decode("1 0 0 0 0 1 5"));
  EXPECT_TRUE(Progress::decode("1 0 0 0 0 0"));
}

}  // namespace
}  // namespace mapping
