// A mapping whose stream's shards close, follow each other and vanish.

#include "engine/stream/resharding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/stream/aging.h"
#include "tests/mapping/fixture.h"

namespace mapping {
namespace {

using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Batch = std::vector<std::string>;

std::vector<std::shared_ptr<engine::Shard>> shards_of(const World& world, const std::string& arn) {
  return world.engine.streams.find(arn)->shards();
}

/// A key of which the records go to that shard.
std::string key_in(const engine::Shard& shard) {
  for (int number = 0;; ++number) {
    auto key = "k" + std::to_string(number);
    const auto item = engine::item(key);
    const auto hash = engine::partition_hash(item.view().find("pk").value());
    if (hash >= shard.hash_from && hash <= shard.hash_to) return key;
  }
}

TEST(ReshardingTest, ChildrenAreReadWhenTheirParentsAreDealtWith) {
  World world;
  const auto arn = world.make_stream("T");
  world.create({.event_source_arn = arn});
  world.function.is_held = [&](const auto&) { return world.function.calls.size() == 1; };
  world.put("T", "a");
  engine::split(world.engine.streams, arn, shards_of(world, arn)[0]->shard_id);
  world.put("T", "b");
  engine::roll_over(world.engine.streams, arn);
  world.put("T", "c");
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{"a"}));

  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.batches(),
              testing::UnorderedElementsAre(Batch{"a"}, Batch{"b"}, Batch{"c"}));
  EXPECT_THAT(world.run(world.registry->drain(std::chrono::seconds(1))), IsEmpty());
}

TEST(ReshardingTest, ShardsMayVanishBeforeTheirDriversAreHeardOf) {
  World world;
  const auto arn = world.make_stream("T");
  engine::Aging aging(world.engine.store, world.engine.streams);
  const auto uuid = world.create({.event_source_arn = arn}).mapping.uuid;
  for (const auto* const key : {"a", "b", "c"}) {
    world.put("T", key);
    engine::roll_over(world.engine.streams, arn);
    world.settle();
  }
  EXPECT_THAT(shards_of(world, arn), SizeIs(4));
  world.close();

  // The program starts again a day later: the drivers have begun, and then the shards go.
  world.registry = std::make_unique<Registry>(world.means);
  world.registry->start();
  world.engine.clock.time += hours(25);
  aging.perform(world.engine.clock.time);
  EXPECT_THAT(shards_of(world, arn), SizeIs(2));
  world.settle();
  world.put("T", "d");
  EXPECT_THAT(world.function.batches(),
              ElementsAre(Batch{"a"}, Batch{"b"}, Batch{"c"}, Batch{"d"}));
  // Nothing is kept of what is gone.
  EXPECT_THAT(world.documents.list(shard_documents_kind(uuid)), SizeIs(2));
}

TEST(ReshardingTest, AChildWaitsForAParentThatHasVanishedAndIsStillTried) {
  World world({.in_memory = true}, 2);
  const auto arn = world.make_stream("T");
  engine::Aging aging(world.engine.store, world.engine.streams);
  const auto stuck = shards_of(world, arn)[0];
  const auto poison = key_in(*stuck);
  world.function.is_held = [&](const auto& call) {
    return call.keys == Batch{poison} && world.function.calls.size() == 1;
  };
  world.create({.event_source_arn = arn});
  world.put("T", poison);
  engine::roll_over(world.engine.streams, arn);
  world.settle();
  world.engine.clock.time += hours(25);
  aging.perform(world.engine.clock.time);
  EXPECT_THAT(shards_of(world, arn), Not(Contains(stuck)));
  world.put("T", poison, 1);
  // Another shard ends, and whoever may begin does.
  engine::roll_over(world.engine.streams, arn);
  world.settle();
  EXPECT_THAT(world.function.calls, SizeIs(1));

  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.batches(), ElementsAre(Batch{poison}, Batch{poison}));
}

}  // namespace
}  // namespace mapping
