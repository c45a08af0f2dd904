// One shard of one mapping, lived through many times. A seed draws the rules and how they change,
// the records, how the function answers and in which order, throttles, leaps of the clock, trimming
// and crashes at any step; a machine made from what was written down goes on. What must be true is
// in shard_life_checks.cc. A failure prints its seed: DYNAMILL_SEED=<seed> brings it back alone,
// with its history.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/simulation/plainly.h"
#include "tests/simulation/shard_life.h"

namespace mapping {
namespace {

/// The seeds to live through; one alone if it is asked for.
template <typename Live>
void for_seeds(unsigned count, Live live) {
  const char* asked = std::getenv("DYNAMILL_SEED");
  const unsigned first = asked != nullptr ? static_cast<unsigned>(std::stoul(asked)) : 1;
  const unsigned last = asked != nullptr ? first : count;
  for (unsigned seed = first; seed <= last && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("DYNAMILL_SEED=" + std::to_string(seed));
    const std::string history = live(seed);
    if (asked != nullptr) std::cout << history;
  }
}

TEST(ShardSimulationTest, EveryRecordIsDealtWithAndInOrder) {
  for_seeds(6000, [](unsigned seed) {
    const Setting setting = draw(seed);
    ShardLife life(setting, seed);
    life.run();
    return life.history;
  });
}

TEST(ShardSimulationTest, WithoutAccidentsItDoesWhatTheRulesSay) {
  for_seeds(4000, [](unsigned seed) {
    const Setting setting = draw_calm(seed);
    ShardLife life(setting, seed);
    life.run();
    EXPECT_EQ(life.events, Plainly(setting).events());
    return life.history;
  });
}

TEST(ShardSimulationTest, TheSameSeedIsTheSameHistoryByteForByte) {
  for_seeds(300, [](unsigned seed) {
    const Setting setting = draw(seed);
    ShardLife life(setting, seed);
    life.run();
    const Setting again = draw(seed);
    ShardLife second(again, seed);
    second.run();
    EXPECT_TRUE(life.history == second.history);
    return life.history;
  });
}

}  // namespace
}  // namespace mapping
