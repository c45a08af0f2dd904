#include "engine/movable_clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>

#include "engine/time_text.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct MovableClockTest : testing::Test {
  FakeClock machine;
  storage::Store store{{.in_memory = true}};
  Documents documents{store};
  MovableClock clock{documents, machine};

  void expect(TimePoint now, bool is_frozen, Duration offset) {
    const MovableClock reopened(documents, machine);
    for (const MovableClock* one : {&std::as_const(clock), &reopened}) {
      EXPECT_EQ(one->now(), now);
      EXPECT_EQ(one->is_running(), !is_frozen);
      const auto reading = one->read();
      EXPECT_EQ(reading.now, now);
      EXPECT_EQ(reading.is_frozen, is_frozen);
      EXPECT_EQ(reading.offset, offset);
    }
  }
};

TEST_F(MovableClockTest, BeginsOnTheMachinesTime) {
  expect(machine.time, false, seconds(0));
  machine.time += seconds(5);
  expect(machine.time, false, seconds(0));
}

TEST_F(MovableClockTest, FrozenItStandsAndAfterwardsGoesOnFromThere) {
  const auto start = machine.time;
  clock.freeze();
  machine.time += seconds(5);
  expect(start, true, -seconds(5));
  clock.freeze();
  expect(start, true, -seconds(5));
  clock.unfreeze();
  machine.time += seconds(1);
  expect(start + seconds(1), false, -seconds(5));
  clock.unfreeze();
  expect(start + seconds(1), false, -seconds(5));
}

TEST_F(MovableClockTest, AFrozenClockIsMoved) {
  const auto start = machine.time;
  clock.freeze();
  clock.move_to(start + hours(25));
  expect(start + hours(25), true, hours(25));
  clock.move_to(from_epoch_milliseconds(1));
  expect(from_epoch_milliseconds(1), true, from_epoch_milliseconds(1) - machine.time);
}

TEST_F(MovableClockTest, HeldItStandsButIsSaidToRun) {
  const auto start = machine.time;
  const auto held = clock.hold();
  EXPECT_EQ(held.now, start);
  EXPECT_EQ(held.offset, seconds(0));
  machine.time += seconds(5);
  EXPECT_EQ(clock.now(), start);
  EXPECT_FALSE(clock.is_running());
  EXPECT_FALSE(clock.read().is_frozen);
  clock.move_to(start + hours(1));
  EXPECT_EQ(clock.now(), start + hours(1));
  // A program that ends here begins again from there.
  EXPECT_EQ(MovableClock(documents, machine).now(), start + hours(1));
  clock.release(hours(1));
  expect(start + seconds(5) + hours(1), false, hours(1));
}

TEST_F(MovableClockTest, BrokenOffItGoesOnFromWhereItStands) {
  const auto start = machine.time;
  clock.hold();
  clock.move_to(start + hours(1));
  machine.time += seconds(5);
  clock.release();
  EXPECT_EQ(clock.now(), start + hours(1));
  machine.time += seconds(1);
  EXPECT_EQ(clock.now(), start + hours(1) + seconds(1));
}

TEST_F(MovableClockTest, AFrozenClockIsNeitherHeldNorReleased) {
  const auto start = machine.time;
  clock.freeze();
  clock.hold();
  clock.release(hours(9));
  clock.release();
  expect(start, true, seconds(0));
}

TEST_F(MovableClockTest, ModeAndTimeAreReadTogether) {
  // Running it shows the machine's time; frozen, a time far from that; nothing in between is seen.
  const auto start = machine.time;
  std::atomic<bool> is_over{false};
  std::thread reader([&] {
    while (!is_over) {
      const auto now = clock.now();
      ASSERT_TRUE(now == start || now == start + hours(1000)) << epoch_milliseconds(now);
    }
  });
  for (int i = 0; i < 300; ++i) {
    clock.freeze();
    clock.move_to(start + hours(1000));
    clock.move_to(start);
    clock.unfreeze();
  }
  is_over = true;
  reader.join();
}

std::string read_as(std::string_view text) {
  const auto time = instant_of(text);
  return time ? iso_milliseconds(*time) : "nothing";
}

TEST(TimeTextTest, ReadsInstants) {
  EXPECT_EQ(read_as("2030-01-31T12:34:56Z"), "2030-01-31T12:34:56.000");
  EXPECT_EQ(read_as("2030-01-31T12:34:56.5Z"), "2030-01-31T12:34:56.500");
  EXPECT_EQ(read_as("2030-01-31T12:34:56.123999999Z"), "2030-01-31T12:34:56.123");
  EXPECT_EQ(read_as("2030-01-31T00:30:00+02:00"), "2030-01-30T22:30:00.000");
  EXPECT_EQ(read_as("2030-01-31T00:30:00.250-05:30"), "2030-01-31T06:00:00.250");
  EXPECT_EQ(read_as("2028-02-29T23:59:59Z"), "2028-02-29T23:59:59.000");
  EXPECT_EQ(read_as("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999");
}

TEST(TimeTextTest, ReadsNothingElse) {
  for (const auto* text : {"",
                           "2030-01-31",
                           "2030-01-31T12:34:56",
                           "2030-01-31T12:34Z",
                           "2030-01-31 12:34:56Z",
                           "2030-1-31T12:34:56Z",
                           "2030-02-29T00:00:00Z",
                           "2030-13-01T00:00:00Z",
                           "2030-00-01T00:00:00Z",
                           "2030-01-00T00:00:00Z",
                           "2030-01-31T24:00:00Z",
                           "2030-01-31T12:60:00Z",
                           "2030-01-31T12:00:60Z",
                           "2030-01-31T12:34:56.Z",
                           "2030-01-31T12:34:56z",
                           "2030-01-31T12:34:56Zx",
                           "2030-01-31T12:34:56+0200",
                           "2030-01-31T12:34:56+24:00",
                           "2030-01-31T12:34:56+01:60",
                           "2030-01-31T12:34:56+01",
                           "-030-01-31T12:34:56Z",
                           "now"}) {
    EXPECT_EQ(read_as(text), "nothing") << text;
  }
}

}  // namespace
}  // namespace engine
