#include "mapping/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/engine/fixture.h"

namespace mapping {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::ElementsAre;

struct TimelineTest : testing::Test {
  asio::io_context context;
  engine::FakeClock clock;
  Timeline timeline{context, clock};
  std::vector<std::string> seen;

  void settle() {
    context.restart();
    context.poll();
  }
  void advance(engine::Duration by) {
    clock.time += by;
    timeline.on_clock_moved();
    settle();
  }
};

asio::awaitable<void> sleeper(TimelineTest& test, engine::TimePoint due, std::string name) {
  co_await test.timeline.sleep_until(due);
  test.seen.push_back(name);
}

asio::awaitable<void> listener(TimelineTest& test, Bell& bell,
                               std::optional<engine::TimePoint> until) {
  const bool was_rung = co_await bell.wait(until);
  test.seen.push_back(was_rung ? "rung" : "due");
}

TEST_F(TimelineTest, SleepersGoOnInTheOrderOfTheirDueTimes) {
  const auto now = clock.now();
  asio::co_spawn(context, sleeper(*this, now + milliseconds(300), "third"), asio::detached);
  asio::co_spawn(context, sleeper(*this, now + milliseconds(100), "first"), asio::detached);
  asio::co_spawn(context, sleeper(*this, now + milliseconds(200), "second"), asio::detached);
  settle();
  EXPECT_EQ(timeline.next_due(), now + milliseconds(100));
  advance(milliseconds(99));
  EXPECT_THAT(seen, ElementsAre());
  advance(milliseconds(500));
  EXPECT_THAT(seen, ElementsAre("first", "second", "third"));
  EXPECT_EQ(timeline.next_due(), std::nullopt);
}

TEST_F(TimelineTest, WhatIsDueAlreadyDoesNotWait) {
  asio::co_spawn(context, sleeper(*this, clock.now(), "at once"), asio::detached);
  settle();
  EXPECT_THAT(seen, ElementsAre("at once"));
}

TEST_F(TimelineTest, ARingThatFindsNobodyIsKept) {
  Bell bell(timeline);
  bell.ring();
  bell.ring();
  asio::co_spawn(context, listener(*this, bell, std::nullopt), asio::detached);
  settle();
  EXPECT_THAT(seen, ElementsAre("rung"));
  asio::co_spawn(context, listener(*this, bell, std::nullopt), asio::detached);
  settle();
  EXPECT_THAT(seen, ElementsAre("rung"));
  bell.ring();
  settle();
  EXPECT_THAT(seen, ElementsAre("rung", "rung"));
}

TEST_F(TimelineTest, ABellWaitsUntilTheTimeAndNoLonger) {
  Bell bell(timeline);
  asio::co_spawn(context, listener(*this, bell, clock.now() + milliseconds(50)), asio::detached);
  settle();
  advance(milliseconds(50));
  EXPECT_THAT(seen, ElementsAre("due"));
}

TEST_F(TimelineTest, ARungBellLeavesTheTimeline) {
  Bell bell(timeline);
  asio::co_spawn(context, listener(*this, bell, clock.now() + milliseconds(50)), asio::detached);
  settle();
  bell.ring();
  settle();
  EXPECT_EQ(timeline.next_due(), std::nullopt);
  asio::co_spawn(context, listener(*this, bell, clock.now() + milliseconds(500)), asio::detached);
  settle();
  advance(milliseconds(100));
  EXPECT_THAT(seen, ElementsAre("rung"));
  advance(milliseconds(400));
  EXPECT_THAT(seen, ElementsAre("rung", "due"));
}

asio::awaitable<void> count_rings(Bell& bell, std::atomic<int>& number, int last) {
  while (number < last) {
    co_await bell.wait(std::nullopt);
  }
}

TEST_F(TimelineTest, RingsFromOtherThreadsAreNeverLost) {
  Bell bell(timeline);
  std::atomic<int> number{0};
  constexpr int last = 20'000;
  asio::co_spawn(context, count_rings(bell, number, last), asio::detached);
  std::thread ringer([&] {
    for (int i = 0; i < last; ++i) {
      ++number;
      bell.ring();
    }
  });
  context.run();  // Returns once the listener has seen the last number.
  ringer.join();
  EXPECT_EQ(number, last);
}

TEST_F(TimelineTest, SleepsOnTheMachinesTimeToo) {
  engine::WallClock wall;
  Timeline real(context, wall);
  const auto due = wall.now() + milliseconds(5);
  auto nap = [](Timeline& timeline, engine::TimePoint until) -> asio::awaitable<void> {
    co_await timeline.sleep_until(until);
  };
  asio::co_spawn(context, nap(real, due), asio::detached);
  context.run();
  EXPECT_GE(wall.now(), due);
}

asio::awaitable<void> signalled(TimelineTest& test, Signal& signal, std::string name) {
  co_await signal.wait();
  test.seen.push_back(name);
}

TEST_F(TimelineTest, ASignalReachesEverybodyWhoWaits) {
  Signal signal(timeline);
  signal.ring();  // Not kept.
  asio::co_spawn(context, signalled(*this, signal, "a"), asio::detached);
  asio::co_spawn(context, signalled(*this, signal, "b"), asio::detached);
  settle();
  EXPECT_THAT(seen, ElementsAre());
  signal.ring();
  settle();
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace mapping
