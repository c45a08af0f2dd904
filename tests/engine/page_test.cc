#include "engine/read/page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/engine/fixture.h"

namespace engine {
namespace {

/// A table whose items all have one partition key.
class PageTest : public testing::Test {
 protected:
  /// `bytes` is all that the item counts for.
  void put(int sort, std::size_t bytes) {
    const Item bare = sorted(sort, "");
    engine.put(table, sorted(sort, std::string(bytes - bare.size_bytes(), 'x')));
  }

  static Item sorted(int sort, const std::string& text) {
    return Item::of({{"pk", Value::string("p")},
                     {"sk", Value::number(std::to_string(sort))},
                     {"x", Value::string(text)}});
  }

  PageEnd page(bool is_forward = true, std::size_t items_max = 1000) {
    const Source source(table);
    const std::vector<Value> partition = {Value::string("p")};
    return engine.reader.page({.source = source,
                               .range = range_of(source, partition, {}),
                               .is_forward = is_forward,
                               .items_max = items_max},
                              [](MapView) {});
  }

  Engine engine;
  std::shared_ptr<const Table> table = engine.make_table("T", std::nullopt, true);
};

constexpr std::size_t quarter = 256 * 1024;

TEST_F(PageTest, EndsWithTheItemThatMakesItAMegabyte) {
  for (int sort = 1; sort <= 5; ++sort) put(sort, quarter);
  for (const bool is_forward : {true, false}) {
    const PageEnd end = page(is_forward);
    EXPECT_EQ(end.items, 4u);
    EXPECT_EQ(end.bytes, limits::page_bytes_max);
    ASSERT_TRUE(end.last_key);
    EXPECT_EQ(*end.last_key, Item::of({{"pk", Value::string("p")},
                                       {"sk", Value::number(is_forward ? "4" : "2")}}));
  }
}

TEST_F(PageTest, GoesOnWhileItIsAByteShortOfThat) {
  for (int sort = 1; sort <= 3; ++sort) put(sort, quarter);
  put(4, quarter - 1);
  put(5, 1000);
  put(6, 1000);
  EXPECT_EQ(page().items, 5u);
  EXPECT_TRUE(page().last_key);
}

TEST_F(PageTest, HasNoLastKeyAtTheTrueEnd) {
  for (int sort = 1; sort <= 4; ++sort) put(sort, quarter);
  EXPECT_EQ(page().items, 4u);
  EXPECT_FALSE(page().last_key);
  EXPECT_FALSE(page(true, 5).last_key);
  EXPECT_TRUE(page(true, 4).last_key);
  EXPECT_FALSE(page(false).last_key);
}

TEST_F(PageTest, OfNothingIsEmpty) {
  const PageEnd end = page();
  EXPECT_EQ(end.items, 0u);
  EXPECT_EQ(end.bytes, 0u);
  EXPECT_FALSE(end.last_key);
}

}  // namespace
}  // namespace engine
