// What is CREATING, UPDATING and DELETING, how long, and that it outlives the program.

#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "engine/table/item_key.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using std::chrono::seconds;

constexpr Duration settle_time = seconds(10);

void live(Engine& engine, Duration time) {
  engine.clock.time += time;
  while (const auto due = engine.catalog.next_due()) {
    if (*due > engine.clock.now()) return;
    engine.catalog.perform(engine.clock.now());
  }
}

template <typename Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const ApiError& error) {
    return error.code;
  }
  return "no error";
}

TEST(TableLifeTest, WithoutSettleTimeOnlyTheAnswerTellsOfIt) {
  Engine engine;
  EXPECT_EQ(engine.catalog
                .create({.name = "T",
                         .key = {{"pk", Type::string}, {}},
                         .attribute_definitions = {{"pk", Type::string}}},
                        {})
                ->status,
            TableStatus::creating);
  EXPECT_EQ(engine.catalog.table("T")->status, TableStatus::active);
  const auto shown = engine.catalog.update("T", {.throughput = Throughput{2, 3}});
  EXPECT_EQ(shown->status, TableStatus::updating);
  EXPECT_EQ(shown->throughput, (Throughput{0, 0}));
  EXPECT_EQ(engine.catalog.table("T")->status, TableStatus::active);
  EXPECT_EQ(engine.catalog.table("T")->throughput, (Throughput{2, 3}));
  EXPECT_EQ(engine.catalog.remove("T")->status, TableStatus::deleting);
  EXPECT_FALSE(engine.catalog.find("T"));
  EXPECT_FALSE(engine.catalog.next_due());
}

TEST(TableLifeTest, WhatIsUnderWaySurvivesARestart) {
  const Folder folder;
  const storage::StoreOptions options{.folder = folder.path()};
  {
    Engine engine(options, 1, settle_time);
    engine.make_table("T", ViewType::new_image);
    live(engine, settle_time);
    engine.put(engine.catalog.table("T"), item("a"));
    engine.catalog.update("T", {.table_class = "STANDARD_INFREQUENT_ACCESS"});
    live(engine, settle_time);
    engine.catalog.update(
        "T", {.billing_mode = BillingMode::provisioned, .throughput = Throughput{2, 3}});
    engine.make_table("New");
    engine.make_table("Gone");
    live(engine, settle_time - seconds(1));
    EXPECT_EQ(error_of([&] { engine.catalog.remove("Gone"); }), "ResourceInUseException");
  }
  Engine engine(options, 1, settle_time);
  engine.clock.time += 3 * settle_time - seconds(1);
  const auto before = engine.catalog.find("T");
  EXPECT_EQ(before->status, TableStatus::updating);
  EXPECT_EQ(before->throughput, (Throughput{0, 0}));
  EXPECT_EQ(before->next->life, before->life);
  EXPECT_EQ(before->next->stream, before->stream);
  EXPECT_EQ(engine.catalog.find("New")->status, TableStatus::creating);
  EXPECT_EQ(engine.reader.size_of(*before).items, 1);
  // What takes no time is there in what follows, too.
  engine.catalog.update("T", {.edit = [](Table& table) { table.tags["a"] = "b"; }});
  engine.catalog.update("T", {.enable_time_to_live = "end"});
  engine.catalog.update("T", {.enable_recovery = 7});
  live(engine, settle_time);
  const auto after = engine.catalog.find("T");
  EXPECT_EQ(after->status, TableStatus::active);
  EXPECT_EQ(after->throughput, (Throughput{2, 3}));
  EXPECT_EQ(after->tags.at("a"), "b");
  EXPECT_EQ(after->time_to_live->attribute_name, "end");
  EXPECT_EQ(after->recovery->days, 7);
  EXPECT_EQ(after->table_class, "STANDARD_INFREQUENT_ACCESS");
  EXPECT_EQ(after->class_changes.size(), 1U);
  EXPECT_EQ(engine.catalog.find("New")->status, TableStatus::active);
}

TEST(TableLifeTest, ADeletedTableTakesNoMoreItems) {
  Engine engine({.in_memory = true}, 1, settle_time);
  engine.make_table("T", ViewType::new_image);
  EXPECT_EQ(error_of([&] { engine.catalog.table("T"); }), "ResourceNotFoundException");
  live(engine, settle_time);
  const auto table = engine.catalog.table("T");
  engine.put(table, item("a"));
  engine.catalog.remove("T");
  EXPECT_EQ(table->stream->status, StreamStatus::disabled);
  EXPECT_EQ(error_of([&] { engine.put(table, item("b")); }), "ResourceNotFoundException");
  EXPECT_EQ(error_of([&] { engine.make_table("T"); }), "ResourceInUseException");
  live(engine, settle_time - Duration(1));
  EXPECT_TRUE(engine.catalog.find("T"));
  EXPECT_TRUE(engine.reader.item(table->key_of(item("a"))));
  live(engine, Duration(1));
  EXPECT_FALSE(engine.catalog.find("T"));
  EXPECT_FALSE(engine.reader.item(table->key_of(item("a"))));
  engine.make_table("T");
}

TEST(TableLifeTest, ATableThatIsFilledFirstStaysClosed) {
  Engine engine;
  const auto table = engine.catalog.create({.name = "T",
                                            .key = {{"pk", Type::string}, {}},
                                            .attribute_definitions = {{"pk", Type::string}},
                                            .is_filled_first = true},
                                           {});
  EXPECT_EQ(engine.catalog.find("T")->status, TableStatus::creating);
  EXPECT_FALSE(engine.catalog.next_due());
  EXPECT_EQ(error_of([&] { engine.catalog.table("T"); }), "ResourceNotFoundException");
  engine.put(table, item("a"));
  engine.catalog.made(*table);
  EXPECT_EQ(engine.catalog.table("T")->status, TableStatus::active);
  engine.catalog.made(*table);
  EXPECT_EQ(engine.catalog.table("T")->status, TableStatus::active);
}

TEST(TableLifeTest, NumbersThatWereTakenAreNeverGivenAgain) {
  const Folder folder;
  std::uint32_t first = 0;
  {
    Engine engine({.folder = folder.path()});
    const auto table = engine.make_table("T");
    first = engine.catalog.take_ids(3);
    EXPECT_EQ(first, table->id + 1);
  }
  Engine engine({.folder = folder.path()});
  EXPECT_EQ(engine.catalog.take_ids(1), first + 3);
  EXPECT_EQ(engine.make_table("U")->id, first + 4);
}

TEST(TableLifeTest, RecoveryThatEndsLeavesNothing) {
  Engine engine;
  engine.make_table("T");
  engine.catalog.update("T", {.enable_recovery = 35});
  const auto first = *engine.catalog.find("T")->recovery;
  engine.clock.time += seconds(1);
  engine.catalog.update("T", {.enable_recovery = 3});
  const auto shorter = *engine.catalog.find("T")->recovery;
  EXPECT_EQ(shorter.id, first.id);
  EXPECT_EQ(shorter.since, first.since);
  EXPECT_EQ(shorter.days, 3);
  storage::Batch batch;
  batch.put(storage::Column::items, table_prefix(first.id) + "x", "y");
  engine.store.commit(batch);
  engine.catalog.update("T", {.disable_recovery = true});
  EXPECT_FALSE(engine.catalog.find("T")->recovery);
  EXPECT_FALSE(engine.reader.item(table_prefix(first.id) + "x"));
}

TEST(TableLifeTest, EverythingKeptOfATableIsReadAgain) {
  const Folder folder;
  TableSpec spec;
  spec.name = "T";
  spec.key.partition = {"pk", Type::string};
  spec.attribute_definitions = {{"pk", Type::string}};
  spec.billing_mode = BillingMode::pay_per_request;
  spec.on_demand_limits = {.read_units = 4};
  spec.warm_throughput = Throughput{20000, 5000};
  spec.encryption = Encryption{"key"};
  spec.origin = Origin{.backup_arn = "b", .table_arn = "t", .moment = from_epoch_milliseconds(7)};
  spec.indexes.emplace_back();
  spec.indexes[0].name = "byPk";
  spec.indexes[0].is_global = true;
  spec.indexes[0].partition = {spec.key.partition};
  spec.indexes[0].on_demand_limits = {.write_units = 3};
  spec.indexes[0].warm_throughput = Throughput{30000, 4000};
  spec.vector_indexes.emplace_back();
  spec.vector_indexes[0].name = "near";
  spec.vector_indexes[0].attribute_name = "v";
  spec.vector_indexes[0].dimensions = 3;
  spec.vector_indexes[0].distance = Distance::euclidean;
  spec.vector_indexes[0].hash = {{"h", Type::string}};
  spec.vector_indexes[0].inline_filters = {{"i", Type::string}, {"j", Type::number}};
  {
    Engine engine({.folder = folder.path()});
    engine.catalog.create(spec, {});
    std::vector<Replica> replicas = {{.region = "eu-west-1", .overrides = R"({"a":1})"}};
    engine.catalog.update("T", {.replicas = replicas});
  }
  Engine engine({.folder = folder.path()});
  const auto table = engine.catalog.table("T");
  EXPECT_EQ(table->on_demand_limits, spec.on_demand_limits);
  EXPECT_EQ(table->warm_throughput, spec.warm_throughput);
  EXPECT_EQ(table->encryption, spec.encryption);
  EXPECT_EQ(table->origin->backup_arn, "b");
  EXPECT_EQ(table->origin->table_arn, "t");
  EXPECT_EQ(table->origin->moment, spec.origin->moment);
  EXPECT_EQ(table->replicas.at(0).region, "eu-west-1");
  EXPECT_EQ(table->replicas.at(0).overrides, R"({"a":1})");
  const auto index = table->index("byPk");
  EXPECT_EQ(index->status, TableStatus::active);
  EXPECT_EQ(index->on_demand_limits, spec.indexes[0].on_demand_limits);
  EXPECT_EQ(index->warm_throughput, spec.indexes[0].warm_throughput);
  const auto& near = *table->vector_indexes.at(0);
  EXPECT_EQ(near.id, index->id + 1);
  EXPECT_EQ(near.status, TableStatus::active);
  EXPECT_EQ(near.attribute_name, "v");
  EXPECT_EQ(near.dimensions, 3U);
  EXPECT_EQ(near.distance, Distance::euclidean);
  EXPECT_EQ(near.hash.at(0).name, "h");
  EXPECT_EQ(near.inline_filters.at(1).name, "j");
}

}  // namespace
}  // namespace engine
