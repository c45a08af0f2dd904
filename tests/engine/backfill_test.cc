// Indexes that are made later than their table: whatever is written meanwhile, in the end they hold
// what the items say.

#include "engine/write/backfill.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>
#include <vector>

#include "engine/table/item_key.h"
#include "tests/engine/dice.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

/// Over `g` and `n`, with what is said of projection.
TableChange creation(const std::string& name = "byG",
                     IndexProjection projection = IndexProjection::all) {
  TableChange change;
  change.create_index.emplace();
  change.create_index->name = name;
  change.create_index->is_global = true;
  change.create_index->partition = {{"g", Type::string}};
  change.create_index->sort = {{"n", Type::number}};
  change.create_index->projection = projection;
  if (projection == IndexProjection::include) change.create_index->non_key_attributes = {"x"};
  change.attribute_definitions = {{"g", Type::string}, {"n", Type::number}};
  return change;
}

/// As a client may write it, whether an index is there or not: keys that fit, and that do not.
Item some_item(const std::string& pk, Dice& dice) {
  std::vector<std::pair<std::string, Value>> attributes = {{"pk", Value::string(pk)}};
  switch (dice.below(8)) {
    case 0:
      break;
    case 1:
      attributes.emplace_back("g", Value::number("7"));
      break;
    case 2:
      attributes.emplace_back("g", Value::string(""));
      break;
    case 3:
      attributes.emplace_back("g", Value::string(std::string(2049, 'x')));
      break;
    default:
      attributes.emplace_back("g", Value::string("g" + std::to_string(dice.below(5))));
  }
  if (dice.below(6) > 0) {
    attributes.emplace_back("n", Value::number(std::to_string(dice.below(9))));
  }
  if (dice.below(2) == 0) {
    attributes.emplace_back("x", Value::string(std::string(1 + dice.below(20), 'x')));
  }
  return Item::of(std::move(attributes));
}

std::map<std::string, std::string> stored_under(const storage::Store& store, std::uint32_t id) {
  std::map<std::string, std::string> found;
  for (auto cursor = store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1));
       cursor.valid(); cursor.next()) {
    found.emplace(cursor.key(), cursor.value());
  }
  return found;
}

/// What the items of the table say must be in the index.
std::map<std::string, std::string> entries_by_items(const storage::Store& store, const Table& table,
                                                    const Index& index) {
  std::map<std::string, std::string> entries;
  for (const auto& [key, bytes] : stored_under(store, table.id)) {
    const auto entry = index.entry_of(MapView(bytes), key);
    if (entry) entries.emplace(entry->key(), entry->attributes().bytes());
  }
  return entries;
}

long long bytes_of(const std::map<std::string, std::string>& items) {
  long long bytes = 0;
  for (const auto& [key, value] : items) {
    bytes += static_cast<long long>(MapView(value).size_bytes());
  }
  return bytes;
}

/// Everything that is known of the index agrees with the items.
void expect_right(Engine& engine, const std::string& index_name) {
  const auto table = engine.catalog.find("T");
  const auto index = table->index(index_name);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->status, TableStatus::active);
  EXPECT_FALSE(index->is_backfilling);
  const auto expected = entries_by_items(engine.store, *table, *index);
  const auto found = stored_under(engine.store, index->id);
  EXPECT_EQ(found, expected);
  engine.reader.size_of(*table);
  EXPECT_EQ(index->size->items, static_cast<long long>(expected.size()));
  EXPECT_EQ(index->size->bytes, bytes_of(expected));
}

void fill_completely(Engine& engine) {
  for (int turns = 0; engine.backfill.next_due(); ++turns) {
    ASSERT_LT(turns, 10'000) << "always due";
    engine.backfill.perform(engine.clock.now());
  }
}

/// Writes items of its own, and remembers them.
class Client {
 public:
  Client(Engine& engine, int number, unsigned seed)
      : engine_(&engine), number_(number), dice_(seed) {}

  void write_one(int keys) {
    const auto pk = std::to_string(number_) + "/" + std::to_string(dice_.below(keys));
    const auto table = engine_->catalog.find("T");
    if (dice_.below(4) == 0) {
      engine_->remove(table, item(pk));
      items_.erase(pk);
    } else {
      auto written = some_item(pk, dice_);
      engine_->put(table, written);
      items_.insert_or_assign(pk, std::string(written.bytes()));
    }
  }
  /// After a restart.
  void go_on_with(Engine& engine) { engine_ = &engine; }
  const std::map<std::string, std::string>& items() const { return items_; }

 private:
  Engine* engine_;
  int number_;
  Dice dice_;
  std::map<std::string, std::string> items_;
};

/// All of them write for as long as `work` takes, and a little longer.
template <typename Work>
void while_writing(std::vector<Client>& clients, int keys, Work work) {
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (auto& client : clients) {
    threads.emplace_back([&] {
      while (!is_over) client.write_one(keys);
      for (int more = 0; more < 20; ++more) client.write_one(keys);
    });
  }
  work();
  is_over = true;
  for (auto& thread : threads) thread.join();
}

void expect_items(Engine& engine, const std::vector<Client>& clients) {
  std::map<std::string, std::string> expected;
  const auto table = engine.catalog.find("T");
  for (const auto& client : clients) {
    for (const auto& [pk, bytes] : client.items()) expected.emplace(table->key_of(item(pk)), bytes);
  }
  EXPECT_EQ(stored_under(engine.store, table->id), expected);
}

TEST(BackfillTest, ASmallTableIsInTheIndexWhenTheCallAnswers) {
  Engine engine;
  const auto table = engine.make_table("T");
  Dice dice(1);
  for (int i = 0; i < 50; ++i) engine.put(table, some_item(std::to_string(i), dice));
  const auto shown = engine.catalog.update("T", creation());
  EXPECT_EQ(shown->status, TableStatus::updating);
  EXPECT_EQ(shown->index("byG")->status, TableStatus::creating);
  engine.backfill.begin(*shown);
  expect_right(engine, "byG");
  EXPECT_FALSE(engine.backfill.next_due());
}

TEST(BackfillTest, ALargeTableIsFilledInPartsAndSaysSo) {
  Engine engine;
  const auto table = engine.make_table("T");
  Dice dice(2);
  for (int i = 0; i < 10'500; ++i) engine.put(table, some_item(std::to_string(i), dice));
  engine.backfill.begin(*engine.catalog.update("T", creation()));
  const auto index = engine.catalog.find("T")->index("byG");
  EXPECT_EQ(index->status, TableStatus::creating);
  EXPECT_TRUE(index->is_backfilling);
  EXPECT_TRUE(engine.backfill.next_due());
  fill_completely(engine);
  expect_right(engine, "byG");
}

TEST(BackfillTest, AnEntryIsNeitherOverwrittenNorRaisedFromTheDead) {
  Engine engine;
  const auto table = engine.make_table("T");
  const auto of = [](const std::string& pk, const std::string& x) {
    return Item::of({{"pk", Value::string(pk)},
                     {"g", Value::string("g")},
                     {"n", Value::number("1")},
                     {"x", Value::string(x)}});
  };
  for (const auto* pk : {"changed", "gone", "moved", "stays"}) engine.put(table, of(pk, "old"));
  const auto shown = engine.catalog.update("T", creation());
  const auto id = shown->index("byG")->id;
  engine.put(table, of("changed", "newer and longer"));
  engine.remove(table, item("gone"));
  engine.put(table, item("moved", "g", Value::string("h")));
  // As if they had been listed before these writes.
  std::vector<std::string> keys;
  for (const auto* pk : {"changed", "gone", "moved", "stays"}) {
    keys.push_back(table->key_of(item(pk)));
  }
  engine.writer.fill_index(*table, id, keys);
  engine.writer.fill_index(*table, id, keys);
  engine.backfill.begin(*shown);
  EXPECT_EQ(stored_under(engine.store, id).size(), 2U);
  expect_right(engine, "byG");
}

TEST(BackfillTest, EndsEqualToTheItemsUnderConcurrentWriters) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Engine engine;
    engine.make_table("T");
    std::vector<Client> clients;
    for (int number = 0; number < 4; ++number) {
      clients.emplace_back(engine, number, seed * 10 + static_cast<unsigned>(number));
    }
    constexpr int keys = 600;
    for (auto& client : clients) {
      for (int i = 0; i < keys; ++i) client.write_one(keys);
    }
    const auto projection = static_cast<IndexProjection>(seed % 3);
    while_writing(clients, keys, [&] {
      engine.catalog.update("T", creation("byG", projection));
      fill_completely(engine);
    });
    expect_right(engine, "byG");
    expect_items(engine, clients);
  }
}

TEST(BackfillTest, GoesOnAfterARestartAndCountsNothingTwice) {
  for (unsigned seed = 1; seed <= 2; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Folder folder;
    const storage::StoreOptions options{.folder = folder.path()};
    constexpr int keys = 1600;
    std::vector<Client> clients;
    {
      Engine engine(options);
      engine.make_table("T");
      for (int number = 0; number < 2; ++number) {
        clients.emplace_back(engine, number, seed * 10 + static_cast<unsigned>(number));
      }
      for (auto& client : clients) {
        for (int i = 0; i < keys; ++i) client.write_one(keys);
      }
      while_writing(clients, keys, [&] {
        engine.catalog.update("T", creation());
        engine.backfill.perform(engine.clock.now());  // Some of it.
      });
      EXPECT_TRUE(engine.backfill.next_due());
    }
    Engine engine(options);
    for (auto& client : clients) client.go_on_with(engine);
    EXPECT_TRUE(engine.catalog.find("T")->index("byG")->is_backfilling);
    while_writing(clients, keys, [&] {
      if (seed % 2 == 0) engine.reader.size_of(*engine.catalog.find("T"));
      fill_completely(engine);
    });
    expect_right(engine, "byG");
    expect_items(engine, clients);
  }
}

TEST(BackfillTest, AnIndexThatIsDeletedMeanwhileLeavesNothing) {
  Engine engine;
  const auto table = engine.make_table("T");
  Dice dice(3);
  for (int i = 0; i < 3000; ++i) engine.put(table, some_item(std::to_string(i), dice));
  const auto id = engine.catalog.update("T", creation())->index("byG")->id;
  engine.backfill.perform(engine.clock.now());
  EXPECT_FALSE(stored_under(engine.store, id).empty());
  engine.catalog.update("T", {.delete_index = "byG"});
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) keys.push_back(table->key_of(item(std::to_string(i))));
  engine.writer.fill_index(*table, id, keys);
  fill_completely(engine);
  EXPECT_TRUE(stored_under(engine.store, id).empty());
  EXPECT_TRUE(engine.catalog.find("T")->indexes.empty());
  EXPECT_EQ(engine.catalog.find("T")->attribute_definitions.size(), 1U);
}

TEST(BackfillTest, ADeletedTableIsNotFilled) {
  Engine engine({.in_memory = true}, 1, std::chrono::seconds(10));
  engine.make_table("T");
  engine.clock.time += std::chrono::seconds(10);
  engine.catalog.perform(engine.clock.now());
  const auto shown = engine.catalog.update("T", creation());
  EXPECT_FALSE(engine.backfill.next_due()) << "not in the first phase";
  engine.clock.time += std::chrono::seconds(10);
  engine.catalog.perform(engine.clock.now());
  EXPECT_TRUE(engine.backfill.next_due());
  engine.backfill.perform(engine.clock.now());
  EXPECT_FALSE(engine.backfill.next_due());
  EXPECT_EQ(engine.catalog.find("T")->index("byG")->status, TableStatus::creating);
  EXPECT_EQ(engine.catalog.next_due(), engine.clock.now() + std::chrono::seconds(10));
  engine.clock.time += std::chrono::seconds(10);
  engine.catalog.perform(engine.clock.now());
  expect_right(engine, "byG");
  engine.catalog.remove("T");
  engine.backfill.begin(*shown);
  EXPECT_FALSE(engine.backfill.next_due());
}

}  // namespace
}  // namespace engine
