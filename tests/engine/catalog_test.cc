#include "engine/table/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "fixture.h"

namespace engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const ApiError& error) {
    return error.code + ": " + error.message;
  }
  return "no error";
}

TEST(CatalogTest, FindsTablesByNameAndArn) {
  Engine engine;
  const auto table = engine.make_table("T");
  EXPECT_EQ(table->arn, "arn:aws:dynamodb:us-east-1:000000000000:table/T");
  EXPECT_EQ(engine.catalog.find("T"), table);
  EXPECT_EQ(engine.catalog.find(table->arn), table);
  EXPECT_EQ(error_of([&] { engine.catalog.table("U"); }),
            "ResourceNotFoundException: Requested resource not found");
  EXPECT_EQ(error_of([&] { engine.catalog.remove("U"); }),
            "ResourceNotFoundException: Requested resource not found: Table: U not found");
  EXPECT_EQ(error_of([&] { engine.make_table("T"); }),
            "ResourceInUseException: Table already exists: T");
}

TEST(CatalogTest, ListsNamesInByteOrder) {
  Engine engine;
  for (const char* name : {"b", "a", "C", "d"}) engine.make_table(name);
  EXPECT_THAT(engine.catalog.names("", 3), ElementsAre("C", "a", "b"));
  EXPECT_THAT(engine.catalog.names("b", 3), ElementsAre("d"));
  EXPECT_THAT(engine.catalog.names("aa", 3), ElementsAre("b", "d"));
}

TEST(CatalogTest, TablesItemsAndStreamsSurviveAnOpening) {
  const Folder folder;
  std::string stream_arn;
  SequenceNumber last = 0;
  {
    Engine engine({.folder = folder.path()});
    const auto table = engine.make_table("T", ViewType::new_image, /*has_sort_key=*/true);
    engine.put(table, Item::of({{"pk", Value::string("a")}, {"sk", Value::number("1")}}));
    stream_arn = table->stream->arn;
    last = engine.records(*table).back().sequence_number;
  }
  Engine engine({.folder = folder.path()});
  const auto table = engine.catalog.table("T");
  EXPECT_EQ(table->key.sort->name, "sk");
  EXPECT_EQ(table->stream->arn, stream_arn);
  EXPECT_EQ(engine.reader.size_of(*table).items, 1);
  engine.put(table, Item::of({{"pk", Value::string("a")}, {"sk", Value::number("2")}}));
  const auto records = engine.records(*table);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_GT(records[1].sequence_number, last);
}

TEST(CatalogTest, ThroughputRemembersItsChangesAndCountsDecreasesByTheDay) {
  const Folder folder;
  TimePoint first_change;
  {
    Engine engine({.folder = folder.path()});
    TableSpec spec;
    spec.name = "T";
    spec.key.partition = {"pk", Type::string};
    spec.attribute_definitions = {{"pk", Type::string}};
    spec.throughput = {5, 5};
    engine.catalog.create(spec, Caller{});
    first_change = engine.clock.time;
    engine.catalog.update("T", {.throughput = Throughput{6, 4}});
    engine.clock.time += std::chrono::minutes(1);
    engine.catalog.update("T", {.throughput = Throughput{5, 4}});
  }
  Engine engine({.folder = folder.path()});
  const auto& changes = engine.catalog.table("T")->throughput_changes;
  EXPECT_EQ(changes.raised, first_change);
  EXPECT_EQ(changes.lowered, first_change + std::chrono::minutes(1));
  EXPECT_EQ(changes.lowered_today(first_change), 2);
  EXPECT_EQ(changes.lowered_today(first_change + std::chrono::hours(24)), 0);
}

TEST(CatalogTest, AChangeThatIsNotAllowedChangesNothing) {
  Engine engine;
  engine.make_table("T");
  const auto say_no = [](const Table&) { throw validation_error("no"); };
  TableChange change;
  change.deletion_protection = true;
  change.require = say_no;
  EXPECT_EQ(error_of([&] { engine.catalog.update("T", change); }), "ValidationException: no");
  EXPECT_EQ(error_of([&] { engine.catalog.remove("T", say_no); }), "ValidationException: no");
  EXPECT_FALSE(engine.catalog.table("T")->deletion_protection);
}

TEST(CatalogTest, ADeletedTablesItemsAreGoneAndItsStreamStays) {
  Engine engine;
  const auto old_table = engine.make_table("T", ViewType::keys_only);
  engine.put(old_table, item("a"));
  engine.catalog.remove("T");
  EXPECT_EQ(engine.catalog.find("T"), nullptr);

  engine.clock.time += Duration(5);
  const auto table = engine.make_table("T", ViewType::keys_only);
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), std::nullopt);
  EXPECT_NE(table->uuid, old_table->uuid);

  const auto streams = engine.streams.list("T", "", 100);
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0]->status, StreamStatus::disabled);
  EXPECT_EQ(streams[1]->status, StreamStatus::enabled);
  const auto page = engine.stream_reader.read(*streams[0]->shards()[0], 0, 10, 1 << 20);
  EXPECT_EQ(page.records.size(), 1u);
  EXPECT_TRUE(page.is_end);
}

TEST(CatalogTest, EveryEnableMakesAStreamOfItsOwn) {
  Engine engine;
  const auto first = engine.make_table("T", ViewType::keys_only);
  const auto disabled = engine.catalog.update("T", {.disable_stream = true});
  EXPECT_EQ(disabled->stream, nullptr);
  EXPECT_EQ(disabled->latest_stream_arn, first->stream->arn);
  const auto second = engine.catalog.update("T", {.enable_stream = ViewType::new_image});
  EXPECT_NE(second->stream->arn, first->stream->arn);
  EXPECT_FALSE(first->stream->shards()[0]->is_open());
}

TEST(CatalogTest, ShardsDivideTheHashRange) {
  Engine engine({.in_memory = true}, /*shards=*/3);
  const auto table = engine.make_table("T", ViewType::keys_only);
  const auto shards = table->stream->shards();
  ASSERT_EQ(shards.size(), 3u);
  EXPECT_EQ(shards[0]->hash_from, 0u);
  EXPECT_EQ(shards[2]->hash_to, ~std::uint64_t{0});
  for (std::size_t i = 0; i + 1 < shards.size(); ++i) {
    EXPECT_LT(shards[i]->shard_id, shards[i + 1]->shard_id);
    EXPECT_EQ(shards[i]->hash_to + 1, shards[i + 1]->hash_from);
  }
  for (int i = 0; i < 30; ++i) engine.put(table, item(std::to_string(i)));
  for (const auto& shard : shards) {
    const auto page = engine.stream_reader.read(*shard, 0, 100, 1 << 20);
    EXPECT_FALSE(page.records.empty());
    EXPECT_GT(page.records.front().sequence_number, shard->starting);
  }
}

// dynamodb.md 4.5.
TEST(TableKeyTest, RefusesWhatIsNoKey) {
  Engine engine;
  const auto table = engine.make_table("T", std::nullopt, /*has_sort_key=*/true);
  const auto put = [&](const Item& item) { return error_of([&] { table->key_of(item); }); };
  const auto key = [&](const Item& item) { return error_of([&] { table->key_of_key(item); }); };
  const auto one = Value::number("1");

  EXPECT_THAT(put(item("a")), HasSubstr("were invalid: Missing the key sk in the item"));
  EXPECT_THAT(put(item("a", "sk", Value::string("1"))),
              HasSubstr("Type mismatch for key sk expected: N actual: S"));
  EXPECT_THAT(put(item("", "sk", one)), HasSubstr("cannot contain an empty string value. Key: pk"));
  EXPECT_THAT(put(item(std::string(2049, 'x'), "sk", one)),
              HasSubstr("maximum size limit of2048 bytes"));
  EXPECT_EQ(put(item(std::string(2048, 'x'), "sk", one)), "no error");

  EXPECT_THAT(key(item("a")), HasSubstr("The provided key element does not match the schema"));
  EXPECT_THAT(key(item("a", "other", one)), HasSubstr("does not match the schema"));
  EXPECT_THAT(key(item("a", "sk", Value::string("1"))), HasSubstr("does not match the schema"));
  EXPECT_EQ(key(item("a", "sk", one)), "no error");
}

TEST(TableKeyTest, KeysOfAPartitionAreInTheOrderOfTheirSortKeys) {
  Engine engine;
  const auto table = engine.make_table("T", std::nullopt, /*has_sort_key=*/true);
  std::string before;
  for (const char* number : {"-100", "-1.5", "0", "0.001", "2", "10", "1e20"}) {
    const auto key = table->key_of(item("a", "sk", Value::number(number)));
    EXPECT_LT(before, key) << number;
    before = key;
  }
}

}  // namespace
}  // namespace engine
