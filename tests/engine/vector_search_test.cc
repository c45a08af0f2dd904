// The nearest entries of a vector index: always those that a look at every item finds.

#include "engine/read/vector_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "engine/api_error.h"
#include "engine/table/vectors.h"
#include "tests/engine/dice.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const KeyAttribute kind = {"kind", Type::string};
const KeyAttribute color = {"color", Type::number};

VectorIndex vector_index(const std::string& name, std::size_t dimensions, Distance distance) {
  VectorIndex index;
  index.name = name;
  index.attribute_name = "v";
  index.dimensions = dimensions;
  index.distance = distance;
  return index;
}

TableSpec spec_with(std::vector<VectorIndex> indexes) {
  TableSpec spec;
  spec.name = "T";
  spec.key.partition = {"pk", Type::string};
  spec.attribute_definitions = {{"pk", Type::string}, kind, color};
  spec.billing_mode = BillingMode::pay_per_request;
  spec.vector_indexes = std::move(indexes);
  return spec;
}

Value vector_of(const std::vector<int>& elements) {
  std::vector<Value> list;
  for (const int element : elements) list.push_back(Value::number(std::to_string(element)));
  return Value::list(list);
}

std::vector<float> floats(const std::vector<int>& elements) {
  return {elements.begin(), elements.end()};
}

double score(Distance distance, const std::vector<float>& a, const std::vector<float>& b) {
  return VectorScore(distance, a).of(b.data());
}

TEST(VectorScoreTest, MeasuresAsTheDocumentationSays) {
  EXPECT_DOUBLE_EQ(score(Distance::euclidean, {0, 0}, {3, 4}), 5);
  EXPECT_DOUBLE_EQ(score(Distance::dot_product, {1, 2, 3}, {4, 5, 6}), 32);
  EXPECT_DOUBLE_EQ(score(Distance::cosine, {1, 0}, {5, 0}), 0);
  EXPECT_DOUBLE_EQ(score(Distance::cosine, {1, 0}, {0, 7}), 1);
  EXPECT_DOUBLE_EQ(score(Distance::cosine, {1, 0}, {-3, 0}), 2);
  // What has no direction is as far from everything.
  EXPECT_DOUBLE_EQ(score(Distance::cosine, {0, 0}, {1, 1}), 1);
}

TEST(VectorScoreTest, MeasuresWhatFloatsCannotHold) {
  constexpr float large = 3e38F;
  constexpr float small = 1e-30F;
  EXPECT_EQ(score(Distance::dot_product, {large, large}, {large, -large}), 0);
  EXPECT_NEAR(score(Distance::dot_product, {large, large}, {large, large}) / 1.8e77, 1, 1e-6);
  EXPECT_NEAR(score(Distance::euclidean, {large}, {-large}) / 6e38, 1, 1e-6);
  EXPECT_NEAR(score(Distance::cosine, {large, 0}, {large, large}), 1 - std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(score(Distance::cosine, {small, 0}, {small, small}), 1 - std::sqrt(0.5), 1e-9);
}

TEST(VectorScoreTest, TakesVectorsOfAnyLength) {
  for (std::size_t length = 1; length <= 70; ++length) {
    std::vector<float> a(length);
    std::vector<float> b(length);
    double product = 0;
    for (std::size_t i = 0; i < length; ++i) {
      a[i] = static_cast<float>(i % 7);
      b[i] = static_cast<float>(i % 5) - 2;
      product += static_cast<double>(a[i]) * b[i];
    }
    EXPECT_DOUBLE_EQ(score(Distance::dot_product, a, b), product) << length;
  }
}

TEST(VectorIndexTest, HoldsWhatIsProjectedAndTheVectorBesides) {
  auto index = vector_index("near", 2, Distance::cosine);
  index.id = 7;
  index.projection = IndexProjection::include;
  index.non_key_attributes = {"x"};
  index.inline_filters = {color};
  index.set_projected({{"pk", Type::string}, std::nullopt});
  const Item whole = Item::of({{"pk", Value::string("a")},
                               {"v", vector_of({1, 2})},
                               {"x", Value::string("shown")},
                               {"y", Value::string("not shown")},
                               {"color", Value::number("3")}});
  const auto entry = index.entry_of(whole, "123456a");
  ASSERT_TRUE(entry);
  EXPECT_EQ(vector_of_entry(entry->attributes()).size(), 8);
  EXPECT_EQ(Item(attributes_of_entry(entry->attributes())),
            Item::of({{"pk", Value::string("a")},
                      {"x", Value::string("shown")},
                      {"color", Value::number("3")}}));
  // Without a vector, or with none that it can have, an item is not in the index.
  EXPECT_FALSE(index.entry_of(item("a"), "123456a"));
  EXPECT_FALSE(index.entry_of(item("a", "v", vector_of({1})), "123456a"));
  EXPECT_FALSE(index.entry_of(item("a", "v", vector_of({1, 2, 3})), "123456a"));
  EXPECT_FALSE(index.entry_of(item("a", "v", Value::string("1, 2")), "123456a"));
}

std::string complaint(const Table& table, const Item& wrong) {
  try {
    require_vectors(table, std::nullopt, wrong);
  } catch (const ApiError& error) {
    return error.message;
  }
  return "";
}

TEST(VectorsTest, RefusesWhatAnIndexCannotHave) {
  Engine engine;
  auto index = vector_index("near", 2, Distance::cosine);
  index.hash = {kind};
  index.inline_filters = {color};
  engine.catalog.create(spec_with({index}), Caller{});
  const auto table = engine.catalog.find("T");
  EXPECT_EQ(complaint(*table, item("a")), "");
  EXPECT_EQ(complaint(*table, item("a", "v", vector_of({1, 2}))), "");
  EXPECT_THAT(complaint(*table, item("a", "v", Value::string("x"))), HasSubstr("parameter v:"));
  EXPECT_THAT(complaint(*table, item("a", "v", vector_of({1, 2, 3}))),
              HasSubstr("dimension 3 of attribute v does not match vector index dimension 2"));
  EXPECT_THAT(
      complaint(*table, item("a", "v", Value::list({Value::number("1"), Value::string("2")}))),
      HasSubstr("parameter v[1]:"));
  EXPECT_THAT(
      complaint(*table, item("a", "v", Value::list({Value::number("1e39"), Value::number("2")}))),
      HasSubstr("parameter v[0]:"));
  EXPECT_THAT(complaint(*table, item("a", "kind", Value::number("1"))),
              HasSubstr("Type mismatch for Index Key kind Expected: S Actual: N"));
  EXPECT_THAT(complaint(*table, item("a", "kind", Value::string(""))), HasSubstr("empty string"));
  EXPECT_THAT(complaint(*table, item("a", "color", Value::string("red"))),
              HasSubstr("Type mismatch for Index Key color Expected: N Actual: S"));
  // What was there before the index was is left alone.
  const auto old_item = item("a", "v", Value::string("x"));
  EXPECT_NO_THROW(require_vectors(*table, old_item.view(), old_item));
}

/// A table with vector indexes of all kinds, and what its items are, kept plainly.
class VectorProgram {
 public:
  explicit VectorProgram(unsigned seed) : dice_(seed) {
    open();
    auto everything = vector_index("cosine", 3, Distance::cosine);
    auto by_kind = vector_index("euclidean", 3, Distance::euclidean);
    by_kind.hash = {kind};
    by_kind.inline_filters = {color};
    by_kind.projection = IndexProjection::keys_only;
    engine_->catalog.create(spec_with({everything, by_kind}), Caller{});
  }

  void step() {
    const int what = dice_.below(20);
    const auto pk = "k" + std::to_string(dice_.below(25));
    if (what < 13) {
      put(pk);
    } else if (what < 17) {
      engine_->remove(table(), item(pk));
      items_.erase(pk);
    } else if (what == 17) {
      open();
    } else if (what == 18) {
      change_late_index();
    } else {
      engine_->backfill.perform(engine_->clock.now());
    }
  }

  void check() {
    while (engine_->backfill.next_due()) engine_->backfill.perform(engine_->clock.now());
    for (const auto& index : table()->vector_indexes) {
      check_size(*index);
      for (int times = 0; times < 3; ++times) check_search(*index);
    }
  }

 private:
  struct Kept {
    Item item;
    std::optional<std::vector<int>> vector;
    std::optional<std::string> kind;
    std::optional<int> color;
  };

  void open() {
    engine_.reset();
    engine_ = std::make_unique<Engine>(storage::StoreOptions{.folder = folder_.path()});
  }

  std::shared_ptr<const Table> table() { return engine_->catalog.find("T"); }

  std::vector<int> some_vector() {
    // Few different ones, so that many are equally near.
    return {dice_.below(3) - 1, dice_.below(3) - 1, dice_.below(2)};
  }

  void put(const std::string& pk) {
    Kept kept;
    std::vector<std::pair<std::string, Value>> attributes = {{"pk", Value::string(pk)}};
    if (dice_.below(8) != 0) {
      kept.vector = some_vector();
      attributes.emplace_back("v", vector_of(*kept.vector));
    }
    if (dice_.below(6) != 0) {
      kept.kind = dice_.below(2) == 0 ? "a" : "b";
      attributes.emplace_back("kind", Value::string(*kept.kind));
    }
    if (dice_.below(3) != 0) {
      kept.color = dice_.below(2);
      attributes.emplace_back("color", Value::number(std::to_string(*kept.color)));
    }
    attributes.emplace_back("other", Value::number(std::to_string(dice_.below(3))));
    kept.item = Item::of(std::move(attributes));
    engine_->put(table(), kept.item);
    items_[pk] = std::move(kept);
  }

  /// One that comes and goes while the table is written to.
  void change_late_index() {
    TableChange change;
    const auto late = table()->vector_index("late");
    if (late && late->is_backfilling) return;
    if (late) {
      change.delete_vector_index = "late";
    } else {
      change.create_vector_index = vector_index("late", 3, Distance::dot_product);
      change.create_vector_index->inline_filters = {color};
    }
    engine_->catalog.update("T", change);
  }

  bool is_in(const VectorIndex& index, const Kept& kept) const {
    return kept.vector && (index.hash.empty() || kept.kind);
  }

  void check_size(const VectorIndex& index) {
    engine_->reader.size_of(*table());
    const auto count = std::ranges::count_if(
        items_, [&](const auto& entry) { return is_in(index, entry.second); });
    EXPECT_EQ(index.size->items.load(), count) << index.name;
  }

  void check_search(const VectorIndex& index) {
    const auto wanted = some_vector();
    const std::string wanted_kind = dice_.below(2) == 0 ? "a" : "b";
    const int wanted_color = dice_.below(2);
    const bool filters = !index.inline_filters.empty() && dice_.below(2) == 0;
    VectorQuery query{.index = index, .vector = floats(wanted)};
    if (!index.hash.empty()) query.hash = {Value::string(wanted_kind)};
    if (filters) {
      query.filters = {{"color", Value::number(std::to_string(wanted_color))}};
    }
    query.count_max = static_cast<std::size_t>(1 + dice_.below(30));

    struct Found {
      double score;
      std::string pk;
    };
    std::vector<Found> expected;
    for (const auto& [pk, kept] : items_) {
      if (!is_in(index, kept)) continue;
      if (!index.hash.empty() && kept.kind != wanted_kind) continue;
      if (filters && kept.color != wanted_color) continue;
      expected.push_back({plain_score(index.distance, wanted, *kept.vector), pk});
    }
    const double sign = index.distance == Distance::dot_product ? -1 : 1;
    std::ranges::stable_sort(expected, {}, [&](const Found& found) { return sign * found.score; });
    if (expected.size() > query.count_max) expected.resize(query.count_max);

    const auto search = engine_->reader.search_vectors(query);
    ASSERT_EQ(search.neighbours.size(), expected.size()) << index.name;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& neighbour = search.neighbours[i];
      EXPECT_EQ(neighbour.attributes.find("pk")->text(), expected[i].pk) << index.name << " " << i;
      EXPECT_DOUBLE_EQ(neighbour.score, expected[i].score);
      if (index.projection == IndexProjection::all) {
        EXPECT_EQ(neighbour.attributes, items_[expected[i].pk].item);
      }
    }
  }

  static double plain_score(Distance distance, const std::vector<int>& a,
                            const std::vector<int>& b) {
    double product = 0;
    double squares_a = 0;
    double squares_b = 0;
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      product += a[i] * b[i];
      squares_a += a[i] * a[i];
      squares_b += b[i] * b[i];
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    if (distance == Distance::dot_product) return product;
    if (distance == Distance::euclidean) return std::sqrt(squares);
    const double lengths = squares_a * squares_b;
    return lengths == 0 ? 1 : std::clamp(1 - product / std::sqrt(lengths), 0.0, 2.0);
  }

  Folder folder_;
  Dice dice_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, Kept> items_;
};

TEST(VectorSearchTest, FindsWhatALookAtEveryItemFinds) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    VectorProgram program(seed);
    for (int round = 0; round < 12; ++round) {
      for (int step = 0; step < 15; ++step) program.step();
      program.check();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace engine
