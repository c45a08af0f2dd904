// MaximumRecordAgeInSeconds and expiry in the stream (event-source-mapping.md 3.6, 5.3).
// Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

// 1 old record and 5 young ones: one report, then the 5.
TEST(RecordAgeTest, Behaviour58TooOldRecordsAreDroppedOneByOne) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.write(records(2, 6, t0 + seconds(30)));
  shard.now = t0 + seconds(61);
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(1));
  EXPECT_EQ(given_up.why, Condition::record_age_exceeded);
  EXPECT_EQ(shard.checkpoint(), 1u);
  EXPECT_THAT(shard.calls(), ElementsAre(2, 3, 4, 5, 6));
}

TEST(RecordAgeTest, SeveralOldRecordsAreSeveralReports) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 3, t0));
  shard.now = t0 + seconds(100);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1));
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(2));
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(3));
  EXPECT_FALSE(shard.waits());
  EXPECT_EQ(shard.checkpoint(), 3u);
}

TEST(RecordAgeTest, TheLimitItselfIsNotTooOld) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.write(records(2, 2, t0 + milliseconds(1)));
  shard.now = t0 + seconds(60) + milliseconds(1);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(RecordAgeTest, Behaviour59TheCountIsOneWhenItWasNeverCalled) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.now = t0 + seconds(61);
  const auto given_up = shard.gives_up();
  EXPECT_EQ(given_up.attempts, 1);
  EXPECT_TRUE(given_up.failed.request_id.empty());
}

// 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 s are seven calls; the eighth finds the record too old.
TEST(RecordAgeTest, TheCountIsTheCallsAndTheOneRefused) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  int calls = 0;
  while (!std::holds_alternative<Discard>(shard.next())) {
    shard.calls();
    ++calls;
    shard.fails();
    shard.now = shard.waits().value();
  }
  EXPECT_EQ(calls, 7);
  const auto given_up = shard.gives_up();
  EXPECT_EQ(given_up.why, Condition::record_age_exceeded);
  EXPECT_EQ(given_up.attempts, 8);
}

TEST(RecordAgeTest, ItIsLookedAtBeforeACallOnly) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.calls();
  shard.now = t0 + seconds(61);
  shard.fails();
  const auto until = shard.waits().value();
  EXPECT_GT(until, shard.now);
  shard.now = until;
  EXPECT_EQ(shard.gives_up().why, Condition::record_age_exceeded);
}

TEST(RecordAgeTest, ExhaustedAttemptsComeFirst) {
  DrivenShard shard(
      {.batch_size = 10, .maximum_retry_attempts = 0, .maximum_record_age = seconds(60)});
  shard.write(records(1, 2, t0));
  shard.calls();
  shard.now = t0 + seconds(61);
  shard.fails();
  const auto given_up = shard.gives_up();
  EXPECT_EQ(given_up.why, Condition::retry_attempts_exhausted);
  EXPECT_THAT(given_up.numbers, ElementsAre(1, 2));
  EXPECT_EQ(given_up.attempts, 1);
}

TEST(RecordAgeTest, TheRestBeginsAnewAndAtOnce) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.write(records(2, 3, t0 + seconds(50)));
  shard.now = t0 + seconds(60);
  shard.calls();
  shard.fails();
  shard.now = shard.waits().value();
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1));
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(2, 3));
  EXPECT_EQ(call.attempt, 1);
}

TEST(RecordAgeTest, AThrottledRecordGetsTooOld) {
  DrivenShard shard({.batch_size = 1, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  while (!std::holds_alternative<Discard>(shard.next())) {
    shard.calls();
    shard.is_throttled();
    shard.now = shard.waits().value();
  }
  EXPECT_GT(shard.now, t0 + seconds(60));
  EXPECT_EQ(shard.gives_up().attempts, 1);  // None of those calls was made.
}

TEST(RecordAgeTest, AHalfGetsTooOldRecordByRecord) {
  DrivenShard shard(
      {.batch_size = 4, .maximum_record_age = seconds(60), .bisect_batch_on_function_error = true});
  shard.write(records(1, 4, t0));
  shard.calls();
  shard.fails({.delivery_id = 5});
  shard.calls();
  shard.now = t0 + seconds(61);
  shard.succeeds();
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(3));
  EXPECT_EQ(given_up.split_from, 5u);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(4));
}

TEST(RecordAgeTest, AnOldRecordDoesNotHoldUpItsBatchInTheBatchingWindow) {
  DrivenShard shard(
      {.batch_size = 10, .batching_window = seconds(300), .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.waits();
  shard.now = t0 + seconds(299);
  shard.write(records(2, 2, shard.now));
  EXPECT_TRUE(shard.waits());
  shard.now = t0 + seconds(300);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(RecordAgeTest, WhatHasBeenDroppedStaysDroppedAfterACrash) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 3, t0));
  shard.now = t0 + seconds(61);
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(1));
  shard.next();
  shard.crash();
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(2));
}

TEST(RecordAgeTest, WithoutALimitTheStreamLosesThemTogether) {
  DrivenShard shard(at_once({.batch_size = 10}));
  shard.write(records(1, 2, t0));
  shard.write(records(3, 3, t0 + milliseconds(1)));
  shard.now = t0 + hours(24) - milliseconds(1);
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3));
  shard.fails();
  shard.now = t0 + hours(24);
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, ElementsAre(1, 2));
  EXPECT_EQ(given_up.why, Condition::expired);  // Which is told to nobody.
  EXPECT_THAT(shard.calls(), ElementsAre(3));
}

TEST(RecordAgeTest, ALimitBeyondTheRetentionNeverCounts) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = hours(168)});
  shard.write(records(1, 1, t0));
  shard.now = t0 + hours(24);
  EXPECT_EQ(shard.gives_up().why, Condition::expired);
}

TEST(RecordAgeTest, AfterTheRetentionNobodyIsToldWhateverTheLimit) {
  DrivenShard shard({.batch_size = 10, .maximum_record_age = seconds(60)});
  shard.write(records(1, 1, t0));
  shard.now = t0 + hours(25);
  EXPECT_EQ(shard.gives_up().why, Condition::expired);
}

}  // namespace
}  // namespace mapping
