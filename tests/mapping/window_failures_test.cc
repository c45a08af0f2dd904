// A tumbling window when calls fail, records get too old, or the process ends
// (event-source-mapping.md 4.4). Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string too_large_state(engine::limits::window_state_bytes_max + 1, 'x');

// A failed call changes no state, and neither does a batch that is given up.
TEST(WindowFailuresTest, Behaviour68ARetryHasTheStateOfTheLastSuccess) {
  DrivenShard shard(windowed(at_once({.batch_size = 1, .maximum_retry_attempts = 1})));
  shard.write(at(5, 1, 3));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds(R"({"n":1})");
  shard.calls();
  shard.fails();
  const auto retry = shard.call();
  EXPECT_EQ(retry.attempt, 2);
  EXPECT_EQ(retry.window->state, R"({"n":1})");
  shard.fails();
  EXPECT_THAT(shard.gives_up().numbers, ElementsAre(2));
  EXPECT_EQ(shard.call().window->state, R"({"n":1})");
}

TEST(WindowFailuresTest, AFinalCallThatFailsIsRetried) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.now = t0 + minute;
  shard.write(at(5, 1, 1));
  shard.write(at(61, 2, 2));
  shard.calls();
  shard.succeeds(R"({"n":1})");
  for (int attempt = 1; attempt <= 5; ++attempt) {
    const auto call = shard.call();
    EXPECT_TRUE(call.is_final);
    EXPECT_EQ(call.attempt, attempt);
    EXPECT_EQ(call.window->state, R"({"n":1})");
    shard.fails();
    shard.now = shard.waits().value();  // The shard stands still.
    shard.next();
    shard.crash();
  }
}

TEST(WindowFailuresTest, AFinalCallIsGivenUpWithItsWindow) {
  DrivenShard shard(windowed(at_once({.batch_size = 10, .maximum_retry_attempts = 1})));
  shard.now = t0 + minute;
  shard.write(at(5, 1, 1));
  shard.write(at(61, 2, 2));
  shard.calls();
  shard.succeeds(R"({"n":1})");
  shard.calls();
  shard.fails();
  EXPECT_EQ(shard.call().attempt, 2);
  shard.fails();
  const auto given_up = shard.gives_up();
  EXPECT_THAT(given_up.numbers, IsEmpty());
  EXPECT_EQ(given_up.attempts, 2);
  const auto next = shard.call();
  EXPECT_THAT(next.numbers, ElementsAre(2));
  EXPECT_EQ(next.window->state, "{}");
}

TEST(WindowFailuresTest, AFinalCallIsMadeOnceHoweverOldItsRecordsAre) {
  DrivenShard shard(windowed({.batch_size = 10, .maximum_record_age = seconds(60)}));
  shard.write(at(0, 1, 1));
  shard.calls();
  shard.succeeds("{}");
  shard.now = t0 + seconds(121);  // Past its end by more than the age.
  EXPECT_TRUE(shard.call().is_final);
  shard.fails();
  shard.now = shard.waits().value();
  const auto given_up = shard.gives_up();
  EXPECT_EQ(given_up.why, Condition::record_age_exceeded);
  EXPECT_THAT(given_up.numbers, IsEmpty());
  EXPECT_FALSE(shard.waits());
}

TEST(WindowFailuresTest, AFinalCallExpiresWithTheStream) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.write(at(0, 1, 1));
  shard.calls();
  shard.succeeds("{}");
  shard.now = t0 + minute + hours(24);
  EXPECT_EQ(shard.gives_up().why, Condition::expired);
}

TEST(WindowFailuresTest, AThrottledFinalCallIsMadeLater) {
  DrivenShard shard(windowed({.batch_size = 10, .maximum_retry_attempts = 0}));
  shard.write(at(0, 1, 1));
  shard.calls();
  shard.succeeds("{}");
  shard.now = t0 + minute;
  shard.calls();
  shard.is_throttled();
  shard.now = shard.waits().value();
  const auto call = shard.call();
  EXPECT_TRUE(call.is_final);
  EXPECT_EQ(call.attempt, 1);
}

TEST(WindowFailuresTest, BisectsInsideAWindowAndPassesTheStateOn) {
  DrivenShard shard(windowed({.batch_size = 4, .bisect_batch_on_function_error = true}));
  shard.write(at(5, 1, 4));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.fails();
  const auto first = shard.call();
  EXPECT_THAT(first.numbers, ElementsAre(1, 2));
  EXPECT_EQ(first.window->state, "{}");
  shard.succeeds(R"({"n":2})");
  const auto second = shard.call();
  EXPECT_THAT(second.numbers, ElementsAre(3, 4));
  EXPECT_EQ(second.window->state, R"({"n":2})");
}

TEST(WindowFailuresTest, APartialSuccessKeepsItsState) {
  DrivenShard shard(windowed({.batch_size = 4}));
  shard.write(at(5, 1, 4));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds_before(3, R"({"n":2})");
  const auto rest = shard.call();
  EXPECT_THAT(rest.numbers, ElementsAre(3, 4));
  EXPECT_EQ(rest.window->state, R"({"n":2})");
  // Which nothing before the first is not.
  shard.succeeds_before(3, R"({"n":9})");
  shard.now = shard.waits().value();
  EXPECT_EQ(shard.call().window->state, R"({"n":2})");
}

TEST(WindowFailuresTest, APartialSuccessMayEndItEarlyBeforeTheRest) {
  DrivenShard shard(windowed({.batch_size = 4}));
  shard.write(at(5, 1, 4));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds_before(3, too_large_state);
  EXPECT_TRUE(shard.call().window->is_terminated_early);
  shard.succeeds();
  const auto rest = shard.call();
  EXPECT_THAT(rest.numbers, ElementsAre(3, 4));
  EXPECT_EQ(rest.window->state, "{}");
}

TEST(WindowFailuresTest, TheStateSurvivesACrash) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.write(at(5, 1, 2));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds(R"({"a b":" 1 "})");
  shard.next();
  shard.crash();
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(2));
  EXPECT_EQ(call.window->state, R"({"a b":" 1 "})");
}

TEST(WindowFailuresTest, AnEarlyEndSurvivesACrash) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 2));
  shard.calls();
  shard.succeeds(too_large_state);
  shard.next();
  shard.crash();
  EXPECT_TRUE(shard.call().window->is_terminated_early);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

}  // namespace
}  // namespace mapping
