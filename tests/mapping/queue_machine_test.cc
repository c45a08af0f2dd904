#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "mapping/queue/machine.h"

namespace mapping::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const engine::TimePoint t0 = engine::from_epoch_milliseconds(1'700'000'000'000);

/// Messages of these numbers, as one receive gives them.
std::vector<Held> messages(std::uint64_t first, std::uint64_t last, engine::TimePoint now = t0,
                           engine::Duration in_time = seconds(30)) {
  std::vector<Held> held;
  for (auto number = first; number <= last; ++number) {
    held.push_back({.number = number, .event_bytes = 100, .begin_by = now + in_time});
  }
  return held;
}

std::vector<std::uint64_t> numbers(std::span<const Held> held) {
  std::vector<std::uint64_t> found;
  for (const auto& message : held) found.push_back(message.number);
  return found;
}

template <typename T>
T expect(Machine& machine, engine::TimePoint now) {
  EXPECT_EQ(machine.next(now).index(), machine.next(now).index());  // Asking changes nothing.
  const auto action = machine.next(now);
  EXPECT_TRUE(std::holds_alternative<T>(action)) << "another action: " << action.index();
  return std::holds_alternative<T>(action) ? std::get<T>(action) : T{};
}

std::uint64_t begin(Machine& machine, engine::TimePoint now = t0) {
  const auto invoke = expect<Invoke>(machine, now);
  machine.on_begun(invoke.batch);
  return invoke.batch;
}

TEST(QueueMachineTest, WithoutAWindowWhatIsThereIsABatch) {
  Machine machine({.batch_size = 10}, t0);
  EXPECT_EQ(expect<Receive>(machine, t0).limit, 10u);
  machine.on_received(messages(1, 3), std::nullopt, t0);
  const auto invoke = expect<Invoke>(machine, t0);
  EXPECT_THAT(numbers(invoke.messages), ElementsAre(1, 2, 3));
  machine.on_begun(invoke.batch);
  EXPECT_EQ(expect<Wait>(machine, t0).until, std::nullopt);
  machine.on_answered(invoke.batch, true);
  machine.on_news(t0);
  expect<Receive>(machine, t0);
}

TEST(QueueMachineTest, NothingReceivedIsNoBatch) {
  Machine machine({}, t0);
  expect<Receive>(machine, t0);
  machine.on_received({}, t0 + seconds(7), t0);
  EXPECT_EQ(expect<Wait>(machine, t0).until, t0 + seconds(7));
  expect<Receive>(machine, t0 + seconds(7));
}

TEST(QueueMachineTest, WhatAFilterTookAwayIsFilledUp) {
  Machine machine({.batch_size = 10}, t0);
  expect<Receive>(machine, t0);
  machine.on_received(messages(1, 4), t0, t0);  // More are visible.
  EXPECT_EQ(expect<Receive>(machine, t0).limit, 6u);
  machine.on_received(messages(5, 5), std::nullopt, t0);
  EXPECT_THAT(expect<Invoke>(machine, t0).messages, SizeIs(5));
}

TEST(QueueMachineTest, ALargeBatchJoinsReceivesOfTen) {
  Machine machine({.batch_size = 25, .batching_window = seconds(5)}, t0);
  for (const auto& [first, last, limit] : {std::tuple(1, 10, 10u), {11, 20, 10u}, {21, 25, 5u}}) {
    EXPECT_EQ(expect<Receive>(machine, t0).limit, limit);
    machine.on_received(messages(first, last), t0, t0);
  }
  EXPECT_THAT(expect<Invoke>(machine, t0).messages, SizeIs(25));
}

TEST(QueueMachineTest, AWindowBeginsWithTheFirstMessage) {
  Machine machine({.batch_size = 10, .batching_window = seconds(5)}, t0);
  expect<Receive>(machine, t0);
  machine.on_received(messages(1, 1), std::nullopt, t0);
  EXPECT_EQ(expect<Wait>(machine, t0).until, t0 + seconds(5));
  machine.on_news(t0 + seconds(4));
  EXPECT_EQ(expect<Receive>(machine, t0 + seconds(4)).limit, 9u);
  machine.on_received(messages(2, 2, t0 + seconds(4)), std::nullopt, t0 + seconds(4));
  expect<Wait>(machine, t0 + seconds(5) - milliseconds(1));
  EXPECT_THAT(numbers(expect<Invoke>(machine, t0 + seconds(5)).messages), ElementsAre(1, 2));
}

TEST(QueueMachineTest, AnEventIsNeverTooLong) {
  Machine machine({.batch_size = 10, .event_bytes_max = 14 + 3 * 101}, t0);
  machine.on_received(messages(1, 7), std::nullopt, t0);
  for (const auto size : {3u, 3u, 1u}) {
    const auto invoke = expect<Invoke>(machine, t0);
    EXPECT_THAT(invoke.messages, SizeIs(size));
    machine.on_begun(invoke.batch);
  }
}

TEST(QueueMachineTest, InAFifoQueueARestOfAReceiveFollowsIt) {
  const Policy policy{.is_fifo = true, .event_bytes_max = 14 + 2 * 101};
  Machine machine(policy, t0);
  machine.on_received(messages(1, 5), std::nullopt, t0);
  const auto first = begin(machine);
  EXPECT_EQ(expect<Wait>(machine, t0).until, t0 + seconds(30) + milliseconds(1));
  machine.on_answered(first, true);
  const auto second = expect<Invoke>(machine, t0);
  EXPECT_THAT(numbers(second.messages), ElementsAre(3, 4));
  machine.on_begun(second.batch);
  machine.on_failure(second.batch);
  const auto rest = expect<Release>(machine, t0);
  EXPECT_THAT(numbers(rest.messages), ElementsAre(5));
  machine.on_released(rest.batch);
  EXPECT_EQ(expect<Wait>(machine, t0).until, std::nullopt);
}

TEST(QueueMachineTest, BeginsWithFiveAtOnceAndOneMoreEachSecond) {
  Machine machine({.batch_size = 1}, t0);
  for (std::uint64_t number = 1; number <= 5; ++number) {
    expect<Receive>(machine, t0);
    machine.on_received(messages(number, number), t0, t0);
    begin(machine);
  }
  EXPECT_EQ(expect<Wait>(machine, t0).until, t0 + seconds(1));  // Nothing is received in vain.
  expect<Receive>(machine, t0 + seconds(1));
  machine.on_received(messages(6, 6), t0, t0 + seconds(1));
  begin(machine, t0 + seconds(1));
  EXPECT_EQ(expect<Wait>(machine, t0 + seconds(1)).until, t0 + seconds(2));
  EXPECT_EQ(machine.load().concurrency, 6);
}

TEST(QueueMachineTest, FallsBackToFiveWhenTheQueueIsEmpty) {
  Machine machine({.batch_size = 1}, t0);
  for (std::uint64_t number = 1; number <= 8; ++number) {
    const auto now = t0 + seconds(number);
    expect<Receive>(machine, now);
    machine.on_received(messages(number, number, now), now, now);
    begin(machine, now);
  }
  const auto now = t0 + seconds(9);
  EXPECT_GT(machine.load().concurrency, 5);
  machine.on_news(std::nullopt);
  for (std::uint64_t batch = 1; batch <= 8; ++batch) machine.on_answered(batch, true);
  expect<Wait>(machine, now);
  EXPECT_EQ(machine.load().concurrency, 5);
}

TEST(QueueMachineTest, MaximumConcurrencyIsNeverPassed) {
  Machine machine({.batch_size = 1, .concurrency_max = 2}, t0);
  machine.on_received(messages(1, 1), t0, t0);
  const auto first = begin(machine);
  machine.on_received(messages(2, 2), t0, t0);
  begin(machine);
  EXPECT_EQ(expect<Wait>(machine, t0 + seconds(20)).until, std::nullopt);
  machine.on_answered(first, true);
  expect<Receive>(machine, t0);
}

TEST(QueueMachineTest, FailuresLowerTheConcurrencyAndSuccessesRaiseItAgain) {
  Machine machine({.batch_size = 1}, t0);
  const auto attempt = [&](bool succeeds) {
    machine.on_received(messages(1, 1), std::nullopt, t0);
    const auto batch = begin(machine);
    succeeds ? machine.on_answered(batch, true) : machine.on_failure(batch);
    return machine.load().concurrency;
  };
  EXPECT_EQ(attempt(false), 2);
  EXPECT_EQ(attempt(false), 1);
  EXPECT_EQ(attempt(false), 1);
  EXPECT_EQ(attempt(true), 2);
  EXPECT_EQ(attempt(true), 3);
  EXPECT_EQ(attempt(true), 4);
  EXPECT_EQ(attempt(true), 5);
  EXPECT_EQ(attempt(true), 5);
}

TEST(QueueMachineTest, FailuresOfAFunctionThatReportsThemDoNotLowerIt) {
  Machine machine({.batch_size = 1, .reports_batch_item_failures = true}, t0);
  machine.on_received(messages(1, 1), std::nullopt, t0);
  machine.on_failure(begin(machine));
  EXPECT_EQ(machine.load().concurrency, 5);
}

TEST(QueueMachineTest, AThrottledBatchIsTriedAgainWhileItIsHidden) {
  Machine machine({.backoff = {.base = seconds(10), .jitter = 0}}, t0);
  machine.on_received(messages(1, 2, t0, seconds(29)), std::nullopt, t0);
  const auto batch = begin(machine);
  machine.on_throttle(batch, t0);
  EXPECT_EQ(expect<Wait>(machine, t0).until, t0 + seconds(10));
  EXPECT_EQ(expect<Invoke>(machine, t0 + seconds(10)).throttles, 1);
  machine.on_begun(batch);
  machine.on_throttle(batch, t0 + seconds(10));  // The next try would come at 30 s: too late.
  EXPECT_THAT(numbers(expect<Release>(machine, t0 + seconds(10)).messages), ElementsAre(1, 2));
}

TEST(QueueMachineTest, ABatchThatWaitsTooLongIsLetGo) {
  Machine machine({.batch_size = 1, .concurrency_max = 5, .event_bytes_max = 14 + 101}, t0);
  machine.on_received(messages(1, 6), std::nullopt, t0);
  for (int i = 0; i < 5; ++i) begin(machine);
  const auto late = t0 + seconds(30) + milliseconds(1);
  EXPECT_EQ(expect<Wait>(machine, t0).until, late);
  EXPECT_THAT(numbers(expect<Release>(machine, late).messages), ElementsAre(6));
}

TEST(QueueMachineTest, ThirtyMessagesAreTwoBatchesOfTwentyAtMost) {
  // As recorded (7.1): BatchSize 20, a window, MaximumConcurrency 2.
  Machine machine({.batch_size = 20, .batching_window = seconds(10), .concurrency_max = 2}, t0);
  for (const auto first : {1, 11, 21}) {
    expect<Receive>(machine, t0);
    machine.on_received(messages(first, first + 9), first == 21 ? std::nullopt : std::optional(t0),
                        t0);
    if (first == 11) begin(machine);
  }
  expect<Wait>(machine, t0);
  EXPECT_THAT(expect<Invoke>(machine, t0 + seconds(10)).messages, SizeIs(10));
}

}  // namespace
}  // namespace mapping::queue
