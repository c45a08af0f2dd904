// TumblingWindowInSeconds (event-source-mapping.md 4.4).
// Numbers in names are those of section 9.

#include "tests/mapping/machine_fixture.h"

namespace mapping {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(TumblingWindowTest, Behaviour67TheFirstCallHasAnEmptyStateAndLaterOnesTheLatest) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.write(at(5, 1, 3));
  shard.now = t0 + seconds(5);
  const auto first = shard.call();
  ASSERT_TRUE(first.window);
  EXPECT_EQ(first.window->start, t0);
  EXPECT_EQ(first.window->end, t0 + minute);
  EXPECT_EQ(first.window->state, "{}");
  EXPECT_FALSE(first.window->is_terminated_early);
  EXPECT_FALSE(first.is_final);
  shard.succeeds(R"({"n":1})");
  EXPECT_EQ(shard.call().window->state, R"({"n":1})");
  shard.succeeds(R"({"n":2})");
  EXPECT_EQ(shard.call().window->state, R"({"n":2})");
}

TEST(TumblingWindowTest, WithoutOneThereIsNoWindow) {
  DrivenShard shard({.batch_size = 1});
  shard.write(records(1, 1));
  EXPECT_FALSE(shard.call().window);
}

TEST(TumblingWindowTest, BoundsAreMultiplesOfTheLength) {
  DrivenShard shard({.batch_size = 1, .tumbling_window = seconds(900)});
  shard.now = engine::TimePoint(seconds(1'600'000'000));
  shard.write(records(1, 1, shard.now));
  const auto call = shard.call();
  EXPECT_EQ(call.window->start, engine::TimePoint(seconds(1'599'999'300)));
  EXPECT_EQ(call.window->end, engine::TimePoint(seconds(1'600'000'200)));
}

TEST(TumblingWindowTest, Behaviour69NoCallMixesTwoWindows) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.write(at(58, 1, 2));
  shard.write(at(60, 3, 3));
  shard.write(at(119, 4, 4));
  shard.write(at(120, 5, 5));
  shard.now = t0 + seconds(125);
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2));
  shard.succeeds("{}");
  EXPECT_TRUE(shard.call().is_final);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(3, 4));
  shard.succeeds("{}");
  EXPECT_TRUE(shard.call().is_final);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(5));
}

TEST(TumblingWindowTest, Behaviour70TheFinalCallComesAfterTheEnd) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.write(at(5, 1, 2));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds(R"({"n":2})");
  EXPECT_EQ(shard.waits(), t0 + minute);
  shard.now = t0 + minute - engine::Duration(1);
  EXPECT_EQ(shard.waits(), t0 + minute);
  shard.now = t0 + minute;
  const auto call = shard.call();
  EXPECT_TRUE(call.is_final);
  EXPECT_THAT(call.numbers, IsEmpty());
  EXPECT_EQ(call.window->start, t0);
  EXPECT_EQ(call.window->state, R"({"n":2})");
  EXPECT_FALSE(call.window->is_terminated_early);
  shard.succeeds(R"({"ignored":true})");
  EXPECT_FALSE(shard.waits());  // Once, and none for windows in which nothing came.
  shard.now = t0 + minute + seconds(30);
  shard.write(at(90, 3, 3));
  const auto next = shard.call();
  EXPECT_EQ(next.window->start, t0 + minute);
  EXPECT_EQ(next.window->state, "{}");
}

TEST(TumblingWindowTest, ANewerRecordClosesItBeforeTheClock) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 1));
  shard.calls();
  shard.succeeds("{}");
  shard.write(at(61, 2, 2));  // The writer's clock may be ahead.
  EXPECT_TRUE(shard.call().is_final);
  shard.succeeds();
  EXPECT_THAT(shard.calls(), ElementsAre(2));
}

TEST(TumblingWindowTest, ItStaysOpenUntilAllUpToItsEndHasBeenRead) {
  Machine machine(windowed({.batch_size = 1}), 0);
  machine.on_records(std::vector{record(1)}, 1, false, false, t0);
  expect<Invoke>(machine.next(t0));
  machine.on_begun(0);
  machine.on_success(0, t0, "{}");
  machine.on_saved();
  const auto later = t0 + hours(1);
  EXPECT_EQ(expect<Read>(machine.next(later)).after, 1u);
  machine.on_records(std::vector{record(2, t0 + seconds(59))}, 2, true, false, later);
  machine.on_saved();
  EXPECT_THAT(numbers(expect<Invoke>(machine.next(later)).attempt.records), ElementsAre(2));
}

TEST(TumblingWindowTest, FilteredRecordsOpenAndCloseNothing) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.filtered = {1, 3};
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 1));
  EXPECT_FALSE(shard.waits());
  shard.write(at(6, 2, 2));
  shard.calls();
  shard.succeeds("{}");
  shard.write(at(61, 3, 3));
  EXPECT_EQ(shard.waits(), t0 + minute);
}

TEST(TumblingWindowTest, Behaviour71TheEndOfTheShardClosesIt) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 1));
  shard.calls();
  shard.succeeds(R"({"n":1})");
  shard.close();
  const auto call = shard.call();
  EXPECT_TRUE(call.is_final);
  EXPECT_EQ(call.window->state, R"({"n":1})");
  EXPECT_FALSE(shard.has_ended());
  shard.succeeds();
  EXPECT_TRUE(shard.has_ended());
}

TEST(TumblingWindowTest, ALateRecordHasItsOwnWindowAfterTheOpenOne) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.now = t0 + seconds(65);
  shard.write(at(61, 1, 1));
  shard.write(at(59, 2, 2));
  shard.write(at(62, 3, 3));
  std::vector<engine::TimePoint> starts;
  for (const bool is_final : {false, true, false, true, false}) {
    const auto call = shard.call();
    EXPECT_EQ(call.is_final, is_final);
    EXPECT_EQ(call.window->state == "{}", !is_final);
    starts.push_back(call.window->start);
    shard.succeeds(R"({"some":"state"})");
  }
  EXPECT_THAT(starts, ElementsAre(t0 + minute, t0 + minute, t0, t0, t0 + minute));
}

std::string state_of(std::size_t bytes) { return "\"" + std::string(bytes - 2, 'x') + "\""; }

TEST(TumblingWindowTest, Behaviour72AStateAboveTheLimitEndsTheWindowEarly) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 3));
  shard.calls();
  const auto largest = state_of(engine::limits::window_state_bytes_max);
  shard.succeeds(largest);
  const auto second = shard.call();
  EXPECT_FALSE(second.is_final);
  EXPECT_EQ(second.window->state, largest);
  const auto too_large = state_of(engine::limits::window_state_bytes_max + 1);
  shard.succeeds(too_large);

  const auto call = shard.call();
  EXPECT_TRUE(call.is_final);
  EXPECT_TRUE(call.window->is_terminated_early);
  EXPECT_THAT(call.numbers, IsEmpty());
  EXPECT_EQ(call.window->state, too_large);
  shard.succeeds();

  // Later records of the same time go on in it, with a fresh state.
  const auto third = shard.call();
  EXPECT_THAT(third.numbers, ElementsAre(3));
  EXPECT_EQ(third.window->start, t0);
  EXPECT_EQ(third.window->state, "{}");
  EXPECT_FALSE(third.window->is_terminated_early);
  shard.succeeds(R"({"n":1})");
  shard.now = t0 + minute;
  const auto end = shard.call();
  EXPECT_TRUE(end.is_final);
  EXPECT_FALSE(end.window->is_terminated_early);
  EXPECT_EQ(end.window->state, R"({"n":1})");
}

TEST(TumblingWindowTest, AfterAnEarlyEndWithNothingMoreThereIsNoOtherFinalCall) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 1));
  shard.calls();
  shard.succeeds(state_of(engine::limits::window_state_bytes_max + 1));
  EXPECT_TRUE(shard.call().window->is_terminated_early);
  shard.succeeds();
  shard.now = t0 + hours(1);
  EXPECT_FALSE(shard.waits());
  shard.close();
  EXPECT_TRUE(shard.has_ended());
}

TEST(TumblingWindowTest, ABatchLeavesRoomForTheState) {
  constexpr std::size_t frame = 14 + 512;
  const Policy policy =
      windowed({.batch_size = 10, .event_bytes_max = frame + std::string("{}").size() + 3 * 101});
  DrivenShard shard(policy);
  shard.write(at(5, 1, 6));
  shard.now = t0 + seconds(5);
  EXPECT_THAT(shard.calls(), ElementsAre(1, 2, 3));
  shard.succeeds(R"({"n":"more"})");
  EXPECT_THAT(shard.calls(), ElementsAre(4, 5));
}

TEST(TumblingWindowTest, TheEndOfTheWindowEndsTheBatchingWindow) {
  DrivenShard shard(windowed({.batch_size = 10, .batching_window = seconds(30)}));
  shard.now = t0 + seconds(50);
  shard.write(at(50, 1, 1));
  EXPECT_EQ(shard.waits(), t0 + minute);
  shard.now = t0 + minute;
  EXPECT_THAT(shard.calls(), ElementsAre(1));
  shard.succeeds("{}");
  EXPECT_TRUE(shard.call().is_final);
}

TEST(TumblingWindowTest, OneThatIsTakenAwayClosesTheOpenOne) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.write(at(5, 1, 2));
  shard.now = t0 + seconds(5);
  shard.calls();
  shard.succeeds(R"({"n":1})");
  shard.change({.batch_size = 1});
  EXPECT_TRUE(shard.call().is_final);
  shard.succeeds();
  EXPECT_FALSE(shard.call().window);
}

TEST(TumblingWindowTest, AnotherLengthCountsFromTheNextWindowOn) {
  DrivenShard shard(windowed({.batch_size = 10}));
  shard.now = t0 + seconds(50);
  shard.write(at(5, 1, 1));
  shard.calls();
  shard.succeeds("{}");
  shard.change({.batch_size = 10, .tumbling_window = seconds(90)});
  shard.write(at(50, 2, 2));
  shard.write(at(70, 3, 3));
  EXPECT_THAT(shard.calls(), ElementsAre(2));
  shard.succeeds("{}");
  EXPECT_TRUE(shard.call().is_final);
  shard.succeeds();
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(3));
  EXPECT_EQ(call.window->start, t0);
  EXPECT_EQ(call.window->end, t0 + seconds(90));
}

TEST(TumblingWindowTest, LanesBecomeOneWhenAWindowIsAsked) {
  DrivenShard shard({.batch_size = 1, .parallelization_factor = 2});
  shard.now = t0 + seconds(5);
  shard.write({record(1, shard.now, key_of_lane(0, 2)), record(2, shard.now, key_of_lane(1, 2))});
  shard.calls();
  shard.calls();
  shard.change(windowed({.batch_size = 10}));
  shard.write(at(5, 3, 4));
  shard.succeeds_in(0);
  EXPECT_FALSE(shard.waits());
  shard.succeeds_in(1);
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(3, 4));
  EXPECT_TRUE(call.window);
  EXPECT_EQ(shard.machine.lanes().size(), 1u);
}

// Its state was too large, so that nothing of it is left to tell.
TEST(TumblingWindowTest, AWindowWithoutRecordsDoesNotHoldLanesUp) {
  DrivenShard shard(windowed({.batch_size = 1}));
  shard.now = t0 + seconds(5);
  shard.write(at(5, 1, 1));
  shard.calls();
  shard.succeeds(state_of(engine::limits::window_state_bytes_max + 1));
  EXPECT_TRUE(shard.call().is_final);
  shard.change({.batch_size = 1, .parallelization_factor = 2});
  shard.succeeds();
  shard.write({record(2, shard.now, key_of_lane(1, 2))});
  const auto call = shard.call();
  EXPECT_THAT(call.numbers, ElementsAre(2));
  EXPECT_EQ(call.lane, 1u);
}

}  // namespace
}  // namespace mapping
