#include "mapping/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "engine/chore.h"
#include "engine/queue/queues.h"
#include "mapping/queue/arrivals.h"
#include "mapping/upkeep.h"
#include "tests/mapping/fixture.h"

namespace mapping {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// What is done every `interval` of the clock.
struct FakeChore final : engine::Chore {
  std::optional<engine::TimePoint> next_due() const override { return due; }
  void perform(engine::TimePoint now) override {
    *due += interval;
    on_performed(now);
  }
  std::optional<engine::TimePoint> due;
  engine::Duration interval{0};
  std::function<void(engine::TimePoint now)> on_performed;
};

/// Mappings on a clock that can be moved; the machine's time is in the test's hands.
struct JourneyTest : testing::Test {
  JourneyTest() {
    queues.set_listener(&arrivals);
    registry.start();
    upkeep.start();
    function.answer = [this](const FakeFunction::Call& call) {
      note(call.arn.substr(call.arn.rfind(':') + 1) + " " + call.keys.at(0));
      return FakeFunction::refuse(call);
    };
  }
  ~JourneyTest() override {
    function.is_held = [](const auto&) { return false; };
    function.released.ring();
    arrivals.stop();
    world.run(journey.stop());
    world.run(upkeep.stop());
    world.run(registry.stop());
  }

  /// What happened, and how many milliseconds after the start.
  void note(const std::string& what) {
    log.push_back(std::to_string((clock.now() - start).count()) + " " + what);
  }
  std::string map(const std::string& table, const std::string& function_name, int retries = -1) {
    auto spec = MappingSpec{.event_source_arn = world.make_stream(table)};
    spec.function_name = function_name;
    spec.starting_position = "TRIM_HORIZON";
    spec.maximum_retry_attempts = retries;
    return world.run(registry.create(std::move(spec), {})).mapping.uuid;
  }

  struct Running {
    std::optional<Journey::Reading> reading;
    std::string error;
  };
  /// Sets out and does what can be done at once.
  std::shared_ptr<Running> set_out(ClockMove move) {
    auto running = std::make_shared<Running>();
    boost::asio::co_spawn(world.context, journey.make(move),
                          [running](const std::exception_ptr& error, Journey::Reading reading) {
                            if (!error) running->reading = reading;
                            try {
                              if (error) std::rethrow_exception(error);
                            } catch (const engine::ApiError& refusal) {
                              running->error = refusal.code;
                            }
                          });
    world.settle();
    return running;
  }
  Journey::Reading travel(ClockMove move) {
    const auto running = set_out(move);
    EXPECT_TRUE(running->reading) << running->error;
    return running->reading.value_or(Journey::Reading{});
  }
  Journey::Reading advance(engine::Duration by) { return travel({.by = by}); }

  World world;
  engine::FakeClock& machine = world.engine.clock;
  const engine::TimePoint start = machine.time;
  engine::MovableClock clock{world.documents, machine};
  Timeline timeline{world.context, clock};
  FakeFunction function{timeline};
  engine::Queues queues{world.engine.store, clock, world.engine.random};
  Arrivals arrivals{timeline};
  FakeChore chore;
  Upkeep upkeep{world.context, clock, timeline, {&chore}};
  Journey journey{world.context, clock, timeline};
  Means means{world.context,
              clock,
              world.engine.random,
              world.documents,
              world.engine.streams,
              world.engine.stream_reader,
              timeline,
              world.doorbell,
              queues,
              arrivals,
              function,
              world.destination,
              Backoff{.jitter = 0}};
  Registry registry{means};
  std::vector<std::string> log;
};

TEST_F(JourneyTest, WhatFallsDueHappensInOrderAndAtItsTime) {
  map("T", "f");
  map("U", "g");
  world.put("T", "a");
  advance(milliseconds(200));
  world.put("U", "b");
  advance(seconds(4));
  EXPECT_THAT(log, ElementsAre("0 f a", "200 g b", "500 f a", "700 g b", "1500 f a", "1700 g b",
                               "3500 f a", "3700 g b"));
}

TEST_F(JourneyTest, ThoseDueAtTheSameTimeGoInTheOrderInWhichTheyWereQueued) {
  map("T", "f");
  map("U", "g");
  world.put("U", "b");
  world.put("T", "a");
  advance(milliseconds(500));
  EXPECT_THAT(log, ElementsAre("0 g b", "0 f a", "500 g b", "500 f a"));
}

TEST_F(JourneyTest, ChoresAndMessagesFallDueAmongTheRest) {
  chore.due = start + seconds(1);
  chore.interval = seconds(2);
  chore.on_performed = [this](engine::TimePoint now) {
    EXPECT_EQ(now, clock.now());
    note("chore");
  };
  upkeep.on_sooner();
  map("T", "f", 1);
  world.put("T", "a");
  queues.create("q", {}, {});
  queues.send("q", std::vector<engine::NewMessage>{{.body = "x", .delay = seconds(2)}});
  auto poll = [](JourneyTest& test) -> boost::asio::awaitable<void> {
    Arrivals::Waiter waiter(test.arrivals, "q", std::chrono::hours(1));
    while (test.queues.receive("q", 1).empty()) {
      const bool goes_on = co_await waiter.wait(test.queues.next_visible("q"));
      if (!goes_on) co_return;
    }
    test.note("message");
  };
  boost::asio::co_spawn(world.context, poll(*this), [](const std::exception_ptr&) {});
  world.settle();
  advance(seconds(4));
  EXPECT_THAT(log, ElementsAre("0 f a", "500 f a", "1000 chore", "2000 message", "3000 chore"));
}

TEST_F(JourneyTest, WhatAHandlerWritesIsDealtWithAtTheSameStop) {
  map("T", "f");
  map("U", "g");
  function.answer = [&](const FakeFunction::Call& call) {
    const bool is_f = call.arn.ends_with(":f");
    note((is_f ? "f " : "g ") + call.keys.at(0));
    if (!is_f) return FakeFunction::accept(call);
    const auto table = world.engine.catalog.table("U");
    world.engine.put(table, engine::item("b" + std::to_string(function.calls.size())));
    return FakeFunction::refuse(call);
  };
  world.put("T", "a");
  advance(seconds(2));
  EXPECT_THAT(log, ElementsAre("0 f a", "0 g b1", "500 f a", "500 g b3", "1500 f a", "1500 g b5"));
}

TEST_F(JourneyTest, AHandlerInFlightIsAwaitedAndTheClockStandsMeanwhile) {
  map("T", "f");
  world.put("T", "a");
  function.is_held = [](const auto&) { return true; };
  const auto running = set_out({.by = hours(1)});
  EXPECT_FALSE(running->reading);
  machine.time += seconds(30);
  world.settle();
  EXPECT_EQ(clock.now(), start + milliseconds(500));
  EXPECT_FALSE(journey.reading().is_frozen);

  function.is_held = [](const auto&) { return false; };
  function.released.ring();
  world.settle();
  ASSERT_TRUE(running->reading);
  // What the machine needed has passed too.
  EXPECT_EQ(running->reading->now, start + hours(1) + seconds(30));
  EXPECT_EQ(running->reading->offset, hours(1));
  EXPECT_TRUE(clock.is_running());
}

TEST_F(JourneyTest, AFrozenClockStandsWhereItWasSentTo) {
  map("T", "f");
  EXPECT_TRUE(travel({.freeze = true}).is_frozen);
  world.put("T", "a");
  machine.time += hours(1);
  timeline.on_clock_moved(clock.is_running());
  world.settle();
  EXPECT_THAT(log, ElementsAre("0 f a"));
  const auto reading = advance(seconds(1));
  EXPECT_TRUE(reading.is_frozen);
  EXPECT_EQ(reading.now, start + seconds(1));
  EXPECT_EQ(reading.offset, seconds(1) - hours(1));
  EXPECT_THAT(log, ElementsAre("0 f a", "500 f a"));

  EXPECT_FALSE(travel({.freeze = false}).is_frozen);
  machine.time += milliseconds(500);
  timeline.on_clock_moved();
  world.settle();
  EXPECT_THAT(log, ElementsAre("0 f a", "500 f a", "1500 f a"));
}

TEST_F(JourneyTest, FreezingComesBeforeTravelling) {
  const auto reading = travel({.freeze = true, .to = start + hours(2)});
  EXPECT_TRUE(reading.is_frozen);
  EXPECT_EQ(reading.now, start + hours(2));
  machine.time += hours(5);
  EXPECT_EQ(clock.now(), start + hours(2));
  EXPECT_FALSE(travel({.freeze = false, .by = seconds(1)}).is_frozen);
  EXPECT_EQ(clock.now(), start + hours(2) + seconds(1));
}

TEST_F(JourneyTest, ATimeAheadIsAJourneyAndOneBehindIsNot) {
  map("T", "f");
  world.put("T", "a");
  EXPECT_EQ(travel({.to = start + milliseconds(500)}).offset, milliseconds(500));
  EXPECT_THAT(log, ElementsAre("0 f a", "500 f a"));

  const auto reading = travel({.to = start - hours(1)});
  EXPECT_EQ(reading.now, start - hours(1));
  EXPECT_EQ(reading.offset, -hours(1));
  EXPECT_EQ(log.size(), 2u);
  advance(hours(1));
  EXPECT_EQ(log.size(), 2u);  // Its time is when it was.
  advance(milliseconds(1500));
  EXPECT_EQ(log.back(), "1500 f a");
}

TEST_F(JourneyTest, AJourneyOfNoLengthLetsAllSettle) {
  map("T", "f");
  world.engine.put(world.engine.catalog.table("T"), engine::item("a"));
  EXPECT_THAT(log, IsEmpty());
  advance(seconds(0));
  EXPECT_THAT(log, ElementsAre("0 f a"));
}

TEST_F(JourneyTest, SeveralTakeTurnsInTheOrderOfTheirCalls) {
  map("T", "f");
  function.is_held = [](const auto&) { return true; };
  world.put("T", "a");
  const auto first = set_out({.freeze = true, .by = seconds(1)});
  const auto second = set_out({.to = start});
  const auto third = set_out({.by = seconds(7)});
  EXPECT_FALSE(first->reading || second->reading || third->reading);
  function.is_held = [](const auto&) { return false; };
  function.released.ring();
  world.settle();
  EXPECT_EQ(first->reading->now, start + seconds(1));
  EXPECT_EQ(second->reading->now, start);
  EXPECT_EQ(third->reading->now, start + seconds(7));
}

TEST_F(JourneyTest, TheEndOfTheProgramEndsItWhereItIs) {
  map("T", "f");
  world.put("T", "a");
  function.is_held = [](const auto&) { return true; };
  const auto first = set_out({.by = hours(1)});
  const auto second = set_out({.freeze = true});
  world.run(journey.stop());
  EXPECT_EQ(first->error, "ServiceUnavailable");
  EXPECT_EQ(second->error, "ServiceUnavailable");
  EXPECT_EQ(clock.now(), start + milliseconds(500));
  EXPECT_FALSE(clock.read().is_frozen);
  EXPECT_EQ(engine::MovableClock(world.documents, machine).now(), start + milliseconds(500));
}

TEST_F(JourneyTest, ADayOfRetriesIsNotTooMuch) {
  map("T", "f");
  world.put("T", "a");
  advance(hours(24));
  // Half a second doubled up to a minute, and then every minute.
  EXPECT_GT(log.size(), 1440u);
  EXPECT_LT(log.size(), 1450u);
}

}  // namespace
}  // namespace mapping
