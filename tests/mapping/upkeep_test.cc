#include "mapping/upkeep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/mapping/hand_driven.h"

namespace mapping {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// Does what is on its list, one thing a time, and notes it in a common log.
struct FakeChore final : engine::Chore {
  FakeChore(std::string name, std::vector<std::string>& log) : name(std::move(name)), log(log) {}

  std::optional<engine::TimePoint> next_due() const override {
    ++questions;
    if (due.empty()) return std::nullopt;
    return due.front();
  }
  void perform(engine::TimePoint now) override {
    if (fails) {
      ++failures;
      throw std::runtime_error("no room");
    }
    log.push_back(name + "@" + std::to_string((now - start).count()));
    due.erase(due.begin());
    if (on_performed) on_performed();
  }
  /// From now on there is something to do at `time`.
  void add(engine::TimePoint time) {
    due.insert(due.begin(), time);
    tell_sooner();
  }

  const std::string name;
  std::vector<std::string>& log;
  const engine::TimePoint start = engine::FakeClock{}.time;
  std::vector<engine::TimePoint> due;
  bool fails = false;
  int failures = 0;
  std::function<void()> on_performed;
  mutable int questions = 0;
};

struct UpkeepTest : testing::Test, HandDriven {
  ~UpkeepTest() override {
    boost::asio::co_spawn(context, upkeep.stop(), boost::asio::detached);
    settle();
  }

  engine::TimePoint at(engine::Duration after) const { return a.start + after; }

  std::vector<std::string> log;
  FakeChore a{"a", log};
  FakeChore b{"b", log};
  Upkeep upkeep{context, clock, timeline, {&a, &b}};
};

TEST_F(UpkeepTest, DoesWhatFallsDueTheEarliestFirst) {
  a.due = {at(seconds(3)), at(seconds(4))};
  b.due = {at(seconds(-9)), at(seconds(2)), at(seconds(10))};
  upkeep.start();
  settle();
  EXPECT_THAT(log, ElementsAre("b@0"));
  EXPECT_EQ(timeline.next_due(), at(seconds(2)));
  advance(seconds(5));
  EXPECT_THAT(log, ElementsAre("b@0", "b@5000", "a@5000", "a@5000"));
  EXPECT_EQ(timeline.next_due(), at(seconds(10)));
}

TEST_F(UpkeepTest, HearsThatSomethingIsDueSooner) {
  a.due = {at(seconds(60))};
  upkeep.start();
  settle();
  a.add(at(seconds(30)));
  settle();
  EXPECT_EQ(timeline.next_due(), at(seconds(30)));
  b.add(at(seconds(0)));
  settle();
  EXPECT_THAT(log, ElementsAre("b@0"));
  advance(seconds(30));
  EXPECT_THAT(log, ElementsAre("b@0", "a@30000"));
}

TEST_F(UpkeepTest, WaitsWithoutATimeWhenNothingIsDue) {
  upkeep.start();
  settle();
  EXPECT_EQ(timeline.next_due(), std::nullopt);
  const auto questions = a.questions;
  advance(std::chrono::hours(24));
  EXPECT_EQ(a.questions, questions);
}

TEST_F(UpkeepTest, AFailureIsTriedAgainAfterASecondAndHoldsUpNobody) {
  a.due = {at(seconds(0))};
  a.fails = true;
  b.due = {at(milliseconds(500))};
  upkeep.start();
  settle();
  EXPECT_EQ(a.failures, 1);
  advance(milliseconds(500));
  EXPECT_THAT(log, ElementsAre("b@500"));
  EXPECT_EQ(a.failures, 1);
  advance(milliseconds(499));
  EXPECT_EQ(a.failures, 1);
  advance(milliseconds(1));
  EXPECT_EQ(a.failures, 2);
  a.fails = false;
  advance(seconds(1));
  EXPECT_THAT(log, ElementsAre("b@500", "a@2000"));
}

TEST_F(UpkeepTest, OthersTakeTheirTurnWhileThereIsMuchToDo) {
  a.due = {at(seconds(0)), at(seconds(0)), at(seconds(0))};
  a.on_performed = [&] { boost::asio::post(context, [&] { log.push_back("other"); }); };
  upkeep.start();
  settle();
  EXPECT_THAT(log, ElementsAre("a@0", "other", "a@0", "other", "a@0", "other"));
}

TEST_F(UpkeepTest, StoppedItBeginsNothingMore) {
  a.due = {at(seconds(0)), at(seconds(0)), at(seconds(1))};
  a.on_performed = [&] {
    boost::asio::co_spawn(context, upkeep.stop(), boost::asio::detached);
    a.on_performed = nullptr;
  };
  upkeep.start();
  settle();
  advance(seconds(2));
  EXPECT_THAT(log, ElementsAre("a@0"));
  EXPECT_EQ(timeline.next_due(), std::nullopt);
}

TEST_F(UpkeepTest, NotStartedItStopsAtOnce) { EXPECT_THAT(log, IsEmpty()); }

}  // namespace
}  // namespace mapping
