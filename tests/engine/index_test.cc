// Indexes as the writer keeps them: always what the items say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>

#include "engine/api_error.h"
#include "engine/table/item_key.h"
#include "engine/value/json.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using testing::ElementsAre;

Index index(const std::string& name, bool is_global, std::vector<KeyAttribute> partition,
            std::vector<KeyAttribute> sort, IndexProjection projection = IndexProjection::all,
            std::vector<std::string> non_key_attributes = {}) {
  Index made;
  made.name = name;
  made.is_global = is_global;
  made.partition = std::move(partition);
  made.sort = std::move(sort);
  made.projection = projection;
  made.non_key_attributes = std::move(non_key_attributes);
  return made;
}

const KeyAttribute a = {"a", Type::string};
const KeyAttribute n = {"n", Type::number};

/// Partition key `pk`, sort key `sk`, and four kinds of index over `a` and `n`.
TableSpec spec_with_indexes() {
  TableSpec spec;
  spec.name = "T";
  spec.key = {{"pk", Type::string}, KeyAttribute{"sk", Type::number}};
  spec.attribute_definitions = {{"pk", Type::string}, {"sk", Type::number}, a, n};
  spec.billing_mode = BillingMode::pay_per_request;
  spec.indexes = {
      index("local", false, {spec.key.partition}, {a}),
      index("global", true, {a}, {n}, IndexProjection::include, {"x"}),
      index("keys", true, {n}, {}, IndexProjection::keys_only),
      index("several", true, {a, n}, {*spec.key.sort, spec.key.partition}),
  };
  return spec;
}

const Index& index_of(const Table& table, const std::string& name) {
  for (const auto& index : table.indexes) {
    if (index->name == name) return *index;
  }
  throw std::out_of_range(name);
}

std::vector<std::pair<std::string, std::string>> stored_under(const storage::Store& store,
                                                              std::uint32_t id) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (auto cursor = store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1));
       cursor.valid(); cursor.next()) {
    entries.emplace_back(cursor.key(), cursor.value());
  }
  return entries;
}

std::string json_of(MapView item) {
  std::string text;
  append_json(text, item);
  return text;
}

std::vector<std::string> items_in(const Engine& engine, const Index& index) {
  std::vector<std::string> items;
  for (const auto& [key, entries] : stored_under(engine.store, index.id)) {
    items.push_back(json_of(MapView(entries)));
  }
  return items;
}

Item item_of(const std::string& pk, int sk, std::vector<std::pair<std::string, Value>> more = {}) {
  more.emplace_back("pk", Value::string(pk));
  more.emplace_back("sk", Value::number(std::to_string(sk)));
  return Item::of(std::move(more));
}

TEST(IndexTest, HoldsWhatItProjects) {
  Engine engine;
  const auto table = engine.catalog.create(spec_with_indexes(), Caller{});
  engine.put(table, item_of("p", 1,
                            {{"a", Value::string("A")},
                             {"n", Value::number("7")},
                             {"x", Value::null()},
                             {"y", Value::boolean(true)}}));
  const std::string all =
      R"({"a":{"S":"A"},"n":{"N":"7"},"pk":{"S":"p"},"sk":{"N":"1"},"x":{"NULL":true},"y":{"BOOL":true}})";
  EXPECT_THAT(items_in(engine, index_of(*table, "local")), ElementsAre(all));
  EXPECT_THAT(items_in(engine, index_of(*table, "several")), ElementsAre(all));
  EXPECT_THAT(
      items_in(engine, index_of(*table, "global")),
      ElementsAre(
          R"({"a":{"S":"A"},"n":{"N":"7"},"pk":{"S":"p"},"sk":{"N":"1"},"x":{"NULL":true}})"));
  EXPECT_THAT(items_in(engine, index_of(*table, "keys")),
              ElementsAre(R"({"n":{"N":"7"},"pk":{"S":"p"},"sk":{"N":"1"}})"));
}

TEST(IndexTest, IsInTheOrderOfItsSortKey) {
  Engine engine;
  const auto table = engine.catalog.create(spec_with_indexes(), Caller{});
  for (const auto* number : {"10", "-3", "9", "0.5"}) {
    engine.put(table, item_of(std::string("p") + number, 1,
                              {{"a", Value::string("A")}, {"n", Value::number(number)}}));
  }
  std::vector<std::string> numbers;
  for (const auto& [key, entries] : stored_under(engine.store, index_of(*table, "global").id)) {
    numbers.push_back(json_of(Item::of({{"n", Value(MapView(entries).find("n").value())}})));
  }
  EXPECT_THAT(numbers, ElementsAre(R"({"n":{"N":"-3"}})", R"({"n":{"N":"0.5"}})",
                                   R"({"n":{"N":"9"}})", R"({"n":{"N":"10"}})"));
}

/// What the index should hold, from the items alone.
std::vector<std::pair<std::string, std::string>> expected(const Engine& engine, const Table& table,
                                                          const Index& index) {
  std::map<std::string, std::string> entries;
  for (const auto& [key, item] : stored_under(engine.store, table.id)) {
    if (const auto entry = index.entry_of(MapView(item), key)) {
      entries[entry->key()] = entry->attributes().bytes();
    }
  }
  return {entries.begin(), entries.end()};
}

void expect_true_indexes(Engine& engine, const std::string& table_name) {
  const auto table = engine.catalog.table(table_name);
  engine.reader.size_of(*table);
  for (const auto& index : table->indexes) {
    const auto stored = stored_under(engine.store, index->id);
    EXPECT_EQ(stored, expected(engine, *table, *index)) << index->name;
    long long bytes = 0;
    for (const auto& [key, entries] : stored) {
      bytes += static_cast<long long>(MapView(entries).size_bytes());
    }
    EXPECT_EQ(index->size->items, static_cast<long long>(stored.size())) << index->name;
    EXPECT_EQ(index->size->bytes, bytes) << index->name;
  }
}

/// Any item of a few partitions, with good, wrong and missing key attributes of the indexes.
Item random_item(std::mt19937& random) {
  std::vector<std::pair<std::string, Value>> more;
  const auto pick = [&](int count) { return static_cast<int>(random() % count); };
  switch (pick(5)) {
    case 0:
      break;
    case 1:
      more.emplace_back("a", Value::number("1"));
      break;
    case 2:
      more.emplace_back("a", Value::string(""));
      break;
    default:
      more.emplace_back("a", Value::string(std::string(1, static_cast<char>('A' + pick(3)))));
  }
  if (pick(3) > 0) more.emplace_back("n", Value::number(std::to_string(pick(4) - 2)));
  if (pick(2) > 0) more.emplace_back("x", Value::number(std::to_string(pick(3))));
  if (pick(2) > 0) more.emplace_back("y", Value::number(std::to_string(pick(3))));
  return item_of(std::string(1, static_cast<char>('p' + pick(3))), pick(4), std::move(more));
}

TEST(IndexPropertyTest, IndexesAreAlwaysWhatTheItemsSay) {
  Engine engine;
  const auto table = engine.catalog.create(spec_with_indexes(), Caller{});
  std::mt19937 random(7);
  for (int step = 0; step < 2000; ++step) {
    const Item item = random_item(random);
    switch (random() % 4) {
      case 0:
        engine.remove(table, table->key_attributes(item));
        break;
      case 1: {  // Several at once; keys differ by the sort key.
        std::vector<Write> writes;
        for (int sk = 0; sk < 3; ++sk) {
          auto write = Engine::put_of(table, item_of("p", sk, {{"a", Value::string("B")}}));
          if (sk == 1) write.change = [](const Item*) { return std::nullopt; };
          writes.push_back(std::move(write));
        }
        engine.writer.apply_all(writes);
        break;
      }
      default:
        engine.put(table, item);
    }
    if (step % 100 == 99) expect_true_indexes(engine, "T");
  }
}

TEST(IndexTest, OutlivesARestartAndGoesWithItsTable) {
  const Folder folder;
  std::vector<std::uint32_t> ids;
  {
    Engine engine({.folder = folder.path()});
    const auto table = engine.catalog.create(spec_with_indexes(), Caller{});
    std::mt19937 random(8);
    for (int i = 0; i < 50; ++i) engine.put(table, random_item(random));
    for (const auto& index : table->indexes) ids.push_back(index->id);
  }
  Engine engine({.folder = folder.path()});
  const auto table = engine.catalog.table("T");
  const Index& global = index_of(*table, "global");
  EXPECT_EQ(global.projection, IndexProjection::include);
  EXPECT_THAT(global.non_key_attributes, ElementsAre("x"));
  EXPECT_EQ(index_of(*table, "several").partition.size(), 2u);
  expect_true_indexes(engine, "T");
  engine.put(table, item_of("p", 9, {{"a", Value::string("Z")}, {"n", Value::number("1")}}));
  expect_true_indexes(engine, "T");

  // Numbers are not used again.
  const auto other = engine.make_table("Other");
  EXPECT_GT(other->id, *std::max_element(ids.begin(), ids.end()));
  engine.catalog.remove("T");
  for (const auto id : ids) EXPECT_TRUE(stored_under(engine.store, id).empty());
}

TEST(IndexTest, AFailedConditionLeavesItAlone) {
  Engine engine;
  const auto table = engine.catalog.create(spec_with_indexes(), Caller{});
  engine.put(table, item_of("p", 1, {{"a", Value::string("A")}}));
  auto write = Engine::put_of(table, item_of("p", 1, {{"a", Value::string("B")}}));
  write.condition = [](const Item*) { return false; };
  EXPECT_TRUE(engine.writer.apply(write).index_changes.empty());
  expect_true_indexes(engine, "T");
}

class CollectionTest : public testing::Test {
 protected:
  static constexpr std::size_t limit = 100'000;

  CollectionTest() : writer(engine.store, engine.streams, engine.clock, limit) {
    table = engine.catalog.create(spec_with_indexes(), Caller{});
  }

  /// Two bytes of the collection for each of `x`.
  Write put(int sk, std::size_t x) {
    return Engine::put_of(
        table,
        item_of("p", sk, {{"a", Value::string("A")}, {"x", Value::string(std::string(x, 'x'))}}));
  }

  Engine engine;
  Writer writer;
  std::shared_ptr<const Table> table;
};

TEST_F(CollectionTest, MayBeAsLargeAsTheLimitAndNoLarger) {
  const auto size = [&](int sk, std::size_t x) {
    const Write write = put(sk, x);
    const Item item = *write.change(nullptr);
    return 2 * item.size_bytes();
  };
  const std::size_t first = 30'000;
  writer.apply(put(1, first));
  std::size_t second = (limit - size(1, first) - size(2, 0)) / 2;
  ASSERT_EQ(size(1, first) + size(2, second), limit);
  try {
    writer.apply(put(2, second + 1));
    FAIL() << "a byte too much";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.code, "ItemCollectionSizeLimitExceededException");
  }
  EXPECT_TRUE(writer.apply(put(2, second)).new_item.has_value());
  EXPECT_THROW(writer.apply(put(3, 0)), ApiError);
  expect_true_indexes(engine, "T");

  // What does not grow goes on; other collections do not count.
  EXPECT_TRUE(writer.apply(put(2, second - 1)).new_item.has_value());
  EXPECT_TRUE(writer
                  .apply(Engine::put_of(
                      table, item_of("q", 1, {{"x", Value::string(std::string(1000, 'x'))}})))
                  .new_item.has_value());
  engine.remove(table, Item::of({{"pk", Value::string("p")}, {"sk", Value::number("1")}}));
  EXPECT_TRUE(writer.apply(put(3, 1000)).new_item.has_value());
}

}  // namespace
}  // namespace engine
