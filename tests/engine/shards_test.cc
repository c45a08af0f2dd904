#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "engine/api_error.h"
#include "engine/stream/aging.h"
#include "engine/stream/record_key.h"
#include "engine/stream/resharding.h"
#include "fixture.h"

namespace engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Duration moment(1);

/// An engine whose streams age whenever its clock moves.
struct World {
  explicit World(int shards = 1, const storage::StoreOptions& options = {.in_memory = true})
      : engine(options, shards) {}

  Engine engine;
  Aging aging{engine.store, engine.streams};

  /// On the way everything happens when it is due.
  void advance(Duration time) {
    const auto target = engine.clock.time + time;
    for (auto due = aging.next_due(); due && *due <= target; due = aging.next_due()) {
      engine.clock.time = std::max(engine.clock.time, *due);
      aging.perform(engine.clock.time);
    }
    engine.clock.time = target;
  }

  std::shared_ptr<Stream> stream(const std::string& table) const {
    return engine.catalog.find(table)->stream;
  }
  RecordPage read(const Shard& shard, SequenceNumber after = 0) const {
    return engine.stream_reader.read(shard, after, 1000, 1 << 20);
  }
};

std::string message_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const ApiError& error) {
    return error.code + ": " + error.message;
  }
  return "";
}

TEST(ShardsTest, AnOpenShardRollsOverAfterFourHours) {
  World world;
  world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  world.advance(hours(4) - moment);
  EXPECT_THAT(stream->shards(), SizeIs(1));
  world.advance(moment);
  const auto shards = stream->shards();
  ASSERT_THAT(shards, SizeIs(2));
  EXPECT_FALSE(shards[0]->is_open());
  EXPECT_TRUE(shards[1]->is_open());
  EXPECT_EQ(shards[1]->parent, shards[0]->shard_id);
  EXPECT_EQ(shards[1]->hash_from, 0u);
  EXPECT_EQ(shards[1]->hash_to, ~std::uint64_t{0});
  EXPECT_EQ(shards[1]->created, shards[0]->created + hours(4));
}

TEST(ShardsTest, RecordsGoToTheChild) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  world.engine.put(table, item("a"));
  roll_over(world.engine.streams, stream->arn);
  world.engine.put(table, item("b"));
  const auto shards = stream->shards();
  const auto parent = world.read(*shards[0]);
  const auto child = world.read(*shards[1]);
  ASSERT_THAT(parent.records, SizeIs(1));
  ASSERT_THAT(child.records, SizeIs(1));
  EXPECT_TRUE(parent.is_end);
  EXPECT_FALSE(child.is_end);
  // streams.md 10: the numbers ascend along the lineage.
  EXPECT_EQ(shards[0]->ending(), parent.records[0].sequence_number);
  EXPECT_LT(*shards[0]->ending(), shards[1]->starting);
  EXPECT_LT(shards[1]->starting, child.records[0].sequence_number);
}

TEST(ShardsTest, AClosedShardWithoutRecordsEndsWhereItBegan) {
  World world;
  world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  const auto reshaped = roll_over(world.engine.streams, stream->arn);
  ASSERT_THAT(reshaped.closed, SizeIs(1));
  EXPECT_EQ(reshaped.closed[0]->ending(), reshaped.closed[0]->starting);
}

TEST(ShardsTest, ASplitShardHasTwoChildrenThatShareItsRange) {
  World world(2);
  world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  const auto parent = stream->shards()[1];
  const auto reshaped = split(world.engine.streams, stream->arn, parent->shard_id);
  EXPECT_THAT(reshaped.closed, ElementsAre(parent));
  ASSERT_THAT(reshaped.opened, SizeIs(2));
  const auto& low = *reshaped.opened[0];
  const auto& high = *reshaped.opened[1];
  EXPECT_EQ(low.parent, parent->shard_id);
  EXPECT_EQ(high.parent, parent->shard_id);
  EXPECT_EQ(low.hash_from, parent->hash_from);
  EXPECT_EQ(low.hash_to + 1, high.hash_from);
  EXPECT_EQ(high.hash_to, parent->hash_to);
  EXPECT_LT(low.shard_id, high.shard_id);
}

TEST(ShardsTest, IdsAscendAlongTheLineageAlsoWhereTheClockStandsStillOrGoesBack) {
  World world;
  world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  for (int i = 0; i < 20; ++i) {
    if (i == 10) world.engine.clock.time -= hours(1);
    roll_over(world.engine.streams, stream->arn);
  }
  const auto shards = stream->shards();
  for (std::size_t i = 1; i < shards.size(); ++i) {
    EXPECT_EQ(shards[i]->parent, shards[i - 1]->shard_id);
  }
  EXPECT_THAT(shards.back()->shard_id, testing::MatchesRegex("shardId-[0-9]{20}-[0-9a-f]{8}"));
}

TEST(ShardsTest, WhatCannotBeSplitSaysWhy) {
  World world;
  world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  auto& streams = world.engine.streams;
  const auto first = stream->shards()[0]->shard_id;
  EXPECT_THAT(message_of([&] { split(streams, "arn", first); }),
              HasSubstr("ResourceNotFoundException: Requested resource not found: Stream: arn"));
  EXPECT_THAT(message_of([&] { split(streams, stream->arn, "shardId-none"); }),
              HasSubstr("Shard does not exist"));
  auto last = split(streams, stream->arn, first).opened[0];
  EXPECT_THAT(message_of([&] { split(streams, stream->arn, first); }), HasSubstr("is closed"));
  // Down to a shard that owns one hash only.
  for (int i = 1; i < 64; ++i) last = split(streams, stream->arn, last->shard_id).opened[0];
  EXPECT_EQ(last->hash_from, last->hash_to);
  EXPECT_THAT(message_of([&] { split(streams, stream->arn, last->shard_id); }),
              HasSubstr("owns a single hash"));
  world.engine.catalog.remove("T");
  EXPECT_THAT(message_of([&] { roll_over(streams, stream->arn); }), HasSubstr("is disabled"));
}

TEST(ShardsTest, ATagSaysHowManyShardsAStreamBeginsWith) {
  World world;
  const auto make = [&](const std::string& name, const std::string& count) {
    TableSpec spec;
    spec.name = name;
    spec.key.partition = {"pk", Type::string};
    spec.attribute_definitions = {{"pk", Type::string}};
    spec.stream = ViewType::keys_only;
    spec.tags = {{"dynamill:shards", count}};
    world.engine.catalog.create(spec, Caller{});
  };
  make("Four", "4");
  const auto shards = world.stream("Four")->shards();
  ASSERT_THAT(shards, SizeIs(4));
  EXPECT_EQ(shards.front()->hash_from, 0u);
  EXPECT_EQ(shards.back()->hash_to, ~std::uint64_t{0});
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(shards[i]->hash_from, shards[i - 1]->hash_to + 1);
    EXPECT_LT(shards[i - 1]->starting, shards[i]->starting);
  }
  make("Most", "256");
  EXPECT_THAT(world.stream("Most")->shards(), SizeIs(256));
  for (const auto* const wrong : {"0", "257", "-1", "four", "", "4 ", "99999999999"}) {
    EXPECT_THAT(message_of([&] { make("Wrong", wrong); }),
                HasSubstr("ValidationException: The value '" + std::string(wrong) +
                          "' of the tag dynamill:shards"));
  }
  EXPECT_EQ(world.engine.catalog.find("Wrong"), nullptr);
}

TEST(ShardsTest, ANewStreamIsNewsForWhoeverWaitsForTheNextDueTime) {
  struct Listener final : ChoreListener {
    void on_sooner() override { ++count; }
    int count = 0;
  };
  World world;
  Listener listener;
  world.aging.set_chore_listener(&listener);
  EXPECT_EQ(world.aging.next_due(), std::nullopt);
  world.engine.make_table("T", ViewType::keys_only);
  EXPECT_EQ(listener.count, 1);
  EXPECT_EQ(world.aging.next_due(), world.engine.clock.time + hours(4));
  const auto arn = world.stream("T")->arn;
  split(world.engine.streams, arn, world.stream("T")->shards()[0]->shard_id);
  EXPECT_EQ(listener.count, 2);
  world.engine.catalog.remove("T");
  EXPECT_EQ(listener.count, 3);
}

TEST(RetentionTest, ARecordIsReadableForTwentyFourHours) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto shard = world.stream("T")->shards()[0];
  world.engine.put(table, item("a"));
  const auto first = world.read(*shard).records[0].sequence_number;
  world.engine.clock.time += minutes(1);
  world.engine.put(table, item("b"));

  // Exact, whether or not the disk was cleared meanwhile.
  world.engine.clock.time += hours(24) - minutes(1) - moment;
  EXPECT_THAT(world.read(*shard).records, SizeIs(2));
  EXPECT_FALSE(world.engine.stream_reader.is_trimmed_after(*shard, 0));
  world.engine.clock.time += moment;
  const auto rest = world.read(*shard).records;
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_GT(rest[0].sequence_number, first);
  EXPECT_TRUE(world.engine.stream_reader.is_trimmed_after(*shard, first - 1));
  EXPECT_FALSE(world.engine.stream_reader.is_trimmed_after(*shard, first));
}

TEST(RetentionTest, TheHorizonIsFoundAmongManyRecordsWithGaps) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto other = world.engine.make_table("U", ViewType::keys_only);
  const auto shard = world.stream("T")->shards()[0];
  std::vector<std::pair<SequenceNumber, TimePoint>> written;
  for (int i = 0; i < 300; ++i) {
    for (int j = 0; j < i % 7; ++j) world.engine.put(other, item(std::to_string(i * 10 + j)));
    world.engine.put(table, item(std::to_string(i)));
    written.emplace_back(shard->newest, world.engine.clock.time);
    world.engine.clock.time += Duration(i % 3);
  }
  const auto start = written.front().second;
  for (const int step : {0, 1, 5, 6, 50, 51, 120, 290, 299, 300, 301}) {
    world.engine.clock.time = start + hours(24) + Duration(step);
    std::vector<SequenceNumber> expected;
    for (const auto& [number, created] : written) {
      if (created + hours(24) > world.engine.clock.time) expected.push_back(number);
    }
    std::vector<SequenceNumber> found;
    for (const auto& record : world.read(*shard).records) found.push_back(record.sequence_number);
    EXPECT_EQ(found, expected) << step;
  }
}

TEST(RetentionTest, ClosedShardsAreListedUntilTheirLastRecordIsTrimmed) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  const auto first = stream->shards()[0]->shard_id;
  world.advance(hours(1));
  world.engine.put(table, item("a"));
  world.advance(hours(24) - moment);  // Six rollovers later.
  EXPECT_THAT(stream->shards(), SizeIs(7));
  EXPECT_NE(stream->shard(first), nullptr);
  world.advance(moment);
  EXPECT_EQ(stream->shard(first), nullptr);
  // The child names a parent that is listed no more.
  EXPECT_EQ(stream->shards()[0]->parent, first);
  // The others, which had no records, go a day after they were closed.
  world.advance(hours(24));
  EXPECT_THAT(stream->shards(), SizeIs(7));
}

TEST(RetentionTest, ADisabledStreamIsThereForADay) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto arn = world.stream("T")->arn;
  world.engine.put(table, item("a"));
  world.engine.catalog.remove("T");
  world.advance(hours(24) - moment);
  EXPECT_NE(world.engine.streams.find(arn), nullptr);
  world.advance(moment);
  EXPECT_EQ(world.engine.streams.find(arn), nullptr);
  EXPECT_THAT(world.engine.streams.list("T", "", 10), IsEmpty());
}

TEST(RetentionTest, TrimmedRecordsLeaveTheStore) {
  World world;
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto id = world.stream("T")->shards()[0]->id;
  const auto stored = [&] {
    std::size_t count = 0;
    Shard shard;
    shard.id = id;
    for (auto cursor = world.engine.store.scan(storage::Column::records, record_key(shard, 0),
                                               after_records(shard));
         cursor.valid(); cursor.next()) {
      ++count;
    }
    return count;
  };
  for (int i = 0; i < 10; ++i) {
    world.engine.put(table, item(std::to_string(i)));
    world.advance(minutes(4));
  }
  EXPECT_EQ(stored(), 10u);
  world.advance(hours(24) - minutes(40));
  EXPECT_EQ(stored(), 9u);  // At once the first, then the others a few at a time.
  world.advance(minutes(10));
  EXPECT_EQ(stored(), 7u);
  world.advance(hours(1));
  EXPECT_EQ(stored(), 0u);
}

TEST(RetentionTest, SurvivesARestart) {
  const Folder folder;
  const storage::StoreOptions options{.folder = folder.path()};
  TimePoint time;
  std::string arn;
  std::vector<std::string> ids;
  SequenceNumber last = 0;
  {
    World world(1, options);
    const auto table = world.engine.make_table("T", ViewType::keys_only);
    arn = world.stream("T")->arn;
    world.engine.put(table, item("a"));
    split(world.engine.streams, arn, world.stream("T")->shards()[0]->shard_id);
    world.engine.put(table, item("b"));
    for (const auto& shard : world.stream("T")->shards()) {
      ids.push_back(shard->shard_id);
      last = std::max(last, shard->newest.load());
    }
    time = world.engine.clock.time;
  }
  {
    World world(1, options);
    world.engine.clock.time = time;
    const auto shards = world.engine.streams.find(arn)->shards();
    ASSERT_THAT(shards, SizeIs(3));
    SequenceNumber newest = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(shards[i]->shard_id, ids[i]);
      newest = std::max(newest, shards[i]->newest.load());
    }
    EXPECT_EQ(newest, last);
    EXPECT_FALSE(shards[0]->is_open());
    EXPECT_THAT(world.read(*shards[0]).records, SizeIs(1));
    world.advance(hours(24));
    EXPECT_EQ(world.engine.streams.find(arn)->shard(ids[0]), nullptr);
  }
  World world(1, options);
  world.engine.clock.time = time + hours(24);
  const auto stream = world.engine.streams.find(arn);
  EXPECT_EQ(stream->shard(ids[0]), nullptr);
  const auto second = stream->shard(ids[1]) ? stream->shard(ids[1]) : stream->shard(ids[2]);
  ASSERT_NE(second, nullptr);
  // What was trimmed before the restart is still known to be missing after it.
  EXPECT_THAT(world.read(*second).records, IsEmpty());
  for (const auto& shard : stream->shards()) {
    if (shard->newest == last) {
      EXPECT_TRUE(world.engine.stream_reader.is_trimmed_after(*shard, last - 1));
    }
  }
}

TEST(ShardsTest, WritersNeverMeetAClosedShard) {
  World world(2);
  const auto table = world.engine.make_table("T", ViewType::keys_only);
  const auto stream = world.stream("T");
  constexpr int writer_count = 4;
  constexpr int writes = 400;
  std::atomic<int> running = writer_count;
  std::vector<std::thread> writers;
  for (int w = 0; w < writer_count; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < writes; ++i) {
        const auto one = Engine::put_of(table, item(std::to_string(w * writes + i)));
        if (i % 3 != 0) {
          world.engine.writer.apply(one);
          continue;
        }
        const auto name = "x" + std::to_string(w * writes + i);
        const std::vector<Write> two{one, Engine::put_of(table, item(name))};
        world.engine.writer.apply_all(two);
      }
      --running;
    });
  }
  int changes = 0;
  while (running > 0) {
    if (++changes % 4 == 0) {
      roll_over(world.engine.streams, stream->arn);
    } else if (changes < 12) {
      for (const auto& shard : stream->shards()) {
        if (shard->is_open()) {
          split(world.engine.streams, stream->arn, shard->shard_id);
          break;
        }
      }
    }
  }
  for (auto& writer : writers) writer.join();
  std::set<std::string> keys;
  std::size_t count = 0;
  for (const auto& shard : stream->shards()) {
    const auto page = world.engine.stream_reader.read(*shard, 0, 1 << 20, 1 << 30);
    EXPECT_EQ(page.is_end, !shard->is_open());
    for (const auto& record : page.records) {
      EXPECT_GT(record.sequence_number, shard->starting);
      if (shard->ending()) EXPECT_LE(record.sequence_number, *shard->ending());
      keys.insert(std::string(record.view().keys.bytes()));
      ++count;
    }
  }
  const std::size_t expected = writer_count * (writes + (writes + 2) / 3);
  EXPECT_EQ(count, expected);
  EXPECT_EQ(keys.size(), expected);
}

}  // namespace
}  // namespace engine
