#include "mapping/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/mapping/hand_driven.h"

namespace mapping {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::ElementsAre;

struct TimelineTest : testing::Test, HandDriven {
  std::vector<std::string> seen;
};

asio::awaitable<void> sleeper(TimelineTest& test, engine::TimePoint due, std::string name) {
  Bell bell(test.timeline);
  co_await bell.wait(due);
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
    Bell bell(timeline);
    co_await bell.wait(until);
  };
  asio::co_spawn(context, nap(real, due), asio::detached);
  context.run();
  EXPECT_GE(wall.now(), due);
}

TEST_F(TimelineTest, OfThoseDueAtOnceTheFirstToWaitGoesFirst) {
  const auto due = clock.now() + milliseconds(7);
  for (const auto* name : {"a", "b", "c"}) {
    asio::co_spawn(context, sleeper(*this, due, name), asio::detached);
  }
  settle();
  advance(milliseconds(7));
  EXPECT_THAT(seen, ElementsAre("a", "b", "c"));
}

TEST_F(TimelineTest, WhileTheClockStandsStillNoTimerRuns) {
  asio::co_spawn(context, sleeper(*this, clock.now() + milliseconds(1), "due"), asio::detached);
  timeline.on_clock_moved(false);
  settle();
  context.restart();
  EXPECT_EQ(context.run_one_for(milliseconds(10)), 0u);
  clock.time += milliseconds(1);
  timeline.on_clock_moved(false);
  settle();
  EXPECT_THAT(seen, ElementsAre("due"));
}

TEST_F(TimelineTest, WhoeverDoesNotWaitIsAtWork) {
  EXPECT_TRUE(timeline.is_quiet());
  auto bell = std::make_unique<Bell>(timeline);
  EXPECT_FALSE(timeline.is_quiet());  // Its coroutine may be posted and not run yet.
  asio::co_spawn(context, listener(*this, *bell, clock.now() + milliseconds(50)), asio::detached);
  settle();
  EXPECT_TRUE(timeline.is_quiet());

  bell->ring();
  EXPECT_FALSE(timeline.is_quiet());  // From this instant, though it has not run.
  settle();
  EXPECT_THAT(seen, ElementsAre("rung"));
  EXPECT_FALSE(timeline.is_quiet());

  asio::co_spawn(context, listener(*this, *bell, clock.now() + milliseconds(50)), asio::detached);
  settle();
  EXPECT_TRUE(timeline.is_quiet());
  clock.time += milliseconds(50);
  timeline.on_clock_moved();
  EXPECT_FALSE(timeline.is_quiet());
  settle();
  bell.reset();
  EXPECT_TRUE(timeline.is_quiet());
}

TEST_F(TimelineTest, WhoeverRestsIsNotAtWorkEvenIfRung) {
  Bell bell(timeline);
  bell.ring();
  bell.rest();
  EXPECT_TRUE(timeline.is_quiet());
  bell.ring();
  EXPECT_TRUE(timeline.is_quiet());
}

TEST_F(TimelineTest, OnlookersAreNeverAtWork) {
  Bell bell(timeline, Bell::Role::onlooker);
  EXPECT_TRUE(timeline.is_quiet());
  asio::co_spawn(context, listener(*this, bell, std::nullopt), asio::detached);
  settle();
  bell.ring();
  EXPECT_TRUE(timeline.is_quiet());
  settle();
  EXPECT_THAT(seen, ElementsAre("rung"));
}

TEST_F(TimelineTest, TellsOneBellWhenTheLastComesToRest) {
  const auto watcher = std::make_shared<Bell>(timeline, Bell::Role::onlooker);
  timeline.ring_when_quiet(watcher);
  asio::co_spawn(context, listener(*this, *watcher, std::nullopt), asio::detached);
  settle();
  auto first = std::make_unique<Timeline::Work>(timeline);
  auto second = std::make_unique<Timeline::Work>(timeline);
  first.reset();
  settle();
  EXPECT_THAT(seen, ElementsAre());
  second.reset();
  settle();
  EXPECT_THAT(seen, ElementsAre("rung"));
}

/// Workers on several threads who hand tokens to each other; a token goes on until its hops are
/// used up. Wherever it is, somebody is at work.
struct Relay {
  struct Worker {
    explicit Worker(Timeline& timeline) : bell(timeline) {}
    void hand(int hops) {
      {
        const std::lock_guard lock(mutex);
        inbox.push_back(hops);
      }
      bell.ring();
    }
    std::vector<int> take() {
      const std::lock_guard lock(mutex);
      return std::exchange(inbox, {});
    }
    std::mutex mutex;
    std::vector<int> inbox;
    Bell bell;
  };

  Relay(Timeline& timeline, int size) {
    for (int i = 0; i < size; ++i) workers.push_back(std::make_unique<Worker>(timeline));
  }

  asio::awaitable<void> work(std::size_t own) {
    while (!is_stopped) {
      for (const int hops : workers[own]->take()) {
        if (hops == 0) ++arrived;
        if (hops > 0) workers[(own * 7 + hops) % workers.size()]->hand(hops - 1);
      }
      co_await workers[own]->bell.wait(std::nullopt);
    }
  }

  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<int> arrived{0};
  std::atomic<bool> is_stopped{false};
};

asio::awaitable<void> quiet(Timeline& timeline, Bell& watcher) {
  while (!timeline.is_quiet()) co_await watcher.wait(std::nullopt);
}

TEST_F(TimelineTest, QuietIsExactUnderManyThreads) {
  asio::thread_pool pool(4);
  Relay relay(timeline, 6);
  for (std::size_t i = 0; i < relay.workers.size(); ++i) {
    asio::co_spawn(pool, relay.work(i), asio::detached);
  }
  const auto watcher = std::make_shared<Bell>(timeline, Bell::Role::onlooker);
  timeline.ring_when_quiet(watcher);
  constexpr int rounds = 300;
  constexpr int tokens = 8;
  for (int round = 1; round <= rounds; ++round) {
    std::thread other([&] {
      for (int i = 0; i < tokens / 2; ++i) relay.workers[1]->hand(round % 40);
    });
    for (int i = 0; i < tokens / 2; ++i) relay.workers[i]->hand(30);
    other.join();
    asio::co_spawn(pool, quiet(timeline, *watcher), asio::use_future).get();
    ASSERT_EQ(relay.arrived, round * tokens);
  }
  relay.is_stopped = true;
  for (const auto& worker : relay.workers) worker->bell.ring();
  pool.join();
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
