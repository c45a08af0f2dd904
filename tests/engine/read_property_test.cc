// Random writes, then queries and scans of a table and its indexes, in pages and in both
// directions, against a model that filters and sorts what there is.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <variant>
#include <vector>

#include "engine/read/key_range.h"
#include "engine/read/page.h"
#include "engine/read/source.h"
#include "engine/value/number.h"
#include "tests/engine/dice.h"
#include "tests/engine/fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using namespace std::string_literals;

/// A key value as C++ orders it: a number in tenths, or bytes.
using Plain = std::variant<int, std::string>;
using PlainItem = std::map<std::string, Plain>;

Value value_of(const Plain& plain, Type type) {
  if (const int* const tenths = std::get_if<int>(&plain)) {
    return Value::number(std::to_string(*tenths) + "e-1");
  }
  const auto& bytes = std::get<std::string>(plain);
  return type == Type::binary ? Value::binary(bytes) : Value::string(bytes);
}

const std::map<std::string, Type>& types() {
  static const std::map<std::string, Type> all = {{"pk", Type::string}, {"sk", Type::number},
                                                  {"a", Type::string},  {"b", Type::number},
                                                  {"c", Type::binary},  {"x", Type::string}};
  return all;
}

Item item_of(const PlainItem& plain) {
  std::vector<std::pair<std::string, Value>> attributes;
  for (const auto& [name, value] : plain) {
    attributes.emplace_back(name, value_of(value, types().at(name)));
  }
  return Item::of(std::move(attributes));
}

KeyAttribute attribute(const std::string& name) { return {name, types().at(name)}; }

Index index(const std::string& name, bool is_global, const std::vector<std::string>& partition,
            const std::vector<std::string>& sort, IndexProjection projection) {
  Index made;
  made.name = name;
  made.is_global = is_global;
  for (const auto& key : partition) made.partition.push_back(attribute(key));
  for (const auto& key : sort) made.sort.push_back(attribute(key));
  made.projection = projection;
  if (projection == IndexProjection::include) made.non_key_attributes = {"x"};
  return made;
}

TableSpec spec() {
  TableSpec spec;
  spec.name = "T";
  spec.key.partition = attribute("pk");
  spec.key.sort = attribute("sk");
  for (const auto* name : {"pk", "sk", "a", "b", "c"}) {
    spec.attribute_definitions.push_back(attribute(name));
  }
  spec.billing_mode = BillingMode::pay_per_request;
  spec.indexes = {index("local-all", false, {"pk"}, {"b"}, IndexProjection::all),
                  index("local-keys", false, {"pk"}, {"a"}, IndexProjection::keys_only),
                  index("plain", true, {"a"}, {}, IndexProjection::all),
                  index("sorted", true, {"a"}, {"b"}, IndexProjection::keys_only),
                  index("several", true, {"a", "b"}, {"c", "sk"}, IndexProjection::include)};
  return spec;
}

/// What a query or a scan is asked, and the pages that answer it.
struct Question {
  std::vector<Plain> partition;  ///< Of a query.
  std::vector<SortCondition::Kind> kinds;
  std::vector<std::vector<Plain>> values;
  bool is_forward = true;
  std::size_t items_max = 1000;
  bool fetches_items = false;
};

bool holds(SortCondition::Kind kind, const std::vector<Plain>& values, const Plain& plain) {
  using Kind = SortCondition::Kind;
  switch (kind) {
    case Kind::equal:
      return plain == values[0];
    case Kind::less:
      return plain < values[0];
    case Kind::less_or_equal:
      return plain <= values[0];
    case Kind::greater:
      return plain > values[0];
    case Kind::greater_or_equal:
      return plain >= values[0];
    case Kind::between:
      return plain >= values[0] && plain <= values[1];
    case Kind::begins_with:
      break;
  }
  return std::get<std::string>(plain).starts_with(std::get<std::string>(values[0]));
}

class Life {
 public:
  explicit Life(unsigned seed) : dice_(seed) {
    open();
    engine_->catalog.create(spec(), Caller{});
  }

  void open() {
    engine_.reset();
    engine_.emplace(storage::StoreOptions{.folder = folder_.path() + "/store"});
  }

  void write() {
    const PlainItem plain = some_item();
    const auto key = std::pair(plain.at("pk"), plain.at("sk"));
    if (dice_.below(4) == 0) {
      engine_->remove(table(), item_of({{"pk", key.first}, {"sk", key.second}}));
      items_.erase(key);
    } else {
      engine_->put(table(), item_of(plain));
      items_[key] = plain;
    }
  }

  void ask() {
    auto indexes = table()->indexes;
    indexes.push_back(nullptr);
    const Source source(table(), dice_.one_of(indexes));
    const bool is_query = dice_.below(3) > 0;
    const Question question = some_question(source, is_query);
    const auto expected = expected_items(source, question, is_query);
    if (is_query) {
      expect_pages(source, question, range(source, question), expected);
      return;
    }
    // Where a partition lies is nobody's business; the segments together are all there is.
    const std::size_t total = static_cast<std::size_t>(1 + dice_.below(5));
    std::vector<std::string> found;
    for (std::size_t segment = 0; segment < total; ++segment) {
      for (auto& bytes : pages(source, question, segment_of(source, segment, total))) {
        found.push_back(std::move(bytes));
      }
    }
    std::vector<std::string> sorted = expected;
    std::ranges::sort(sorted);
    std::ranges::sort(found);
    EXPECT_EQ(found, sorted);
  }

 private:
  std::shared_ptr<const Table> table() const { return engine_->catalog.table("T"); }

  Plain some_value(const std::string& name) {
    if (types().at(name) == Type::number)
      return dice_.below(2) == 0 ? dice_.below(6) * 10 - 30 : dice_.below(60) - 30;
    static const std::vector<std::string> texts = {"a"s, "ab"s,   "a\0"s, "a\0b"s,
                                                   "b"s, "\xff"s, "\0"s,  "a\xff"s};
    return dice_.one_of(texts);
  }

  PlainItem some_item() {
    PlainItem plain = {{"pk", some_value("pk")}, {"sk", some_value("sk")}};
    for (const auto* name : {"a", "b", "c", "x"}) {
      if (dice_.below(4) > 0) plain[name] = some_value(name);
    }
    return plain;
  }

  static bool is_in(const Source& source, const PlainItem& plain) {
    for (const auto& key : source.start_attributes()) {
      if (!plain.contains(key.name)) return false;
    }
    return true;
  }

  Question some_question(const Source& source, bool is_query) {
    using Kind = SortCondition::Kind;
    Question question;
    question.is_forward = !is_query || dice_.below(2) == 0;
    if (dice_.below(3) > 0) question.items_max = static_cast<std::size_t>(1 + dice_.below(5));
    question.fetches_items =
        source.index() != nullptr && !source.index()->is_global && dice_.below(2) == 0;
    // Mostly of an item that is there.
    PlainItem like = some_item();
    if (!items_.empty() && dice_.below(8) > 0) {
      like = std::next(items_.begin(), dice_.below(static_cast<int>(items_.size())))->second;
    }
    const auto value_like = [&](const std::string& name) {
      return like.contains(name) ? like.at(name) : some_value(name);
    };
    for (const auto& key : source.partition()) question.partition.push_back(value_like(key.name));
    const auto& sort = source.sort();
    const auto count = static_cast<std::size_t>(dice_.below(static_cast<int>(sort.size()) + 1));
    for (std::size_t i = 0; i < count; ++i) {
      Kind kind = i + 1 < count ? Kind::equal : static_cast<Kind>(dice_.below(7));
      if (kind == Kind::begins_with && sort[i].type == Type::number) kind = Kind::greater;
      std::vector<Plain> values = {value_like(sort[i].name)};
      if (kind == Kind::between) values.push_back(some_value(sort[i].name));
      question.kinds.push_back(kind);
      question.values.push_back(std::move(values));
    }
    return question;
  }

  static KeyRange range(const Source& source, const Question& question) {
    std::vector<Value> partition;
    for (std::size_t i = 0; i < source.partition().size(); ++i) {
      partition.push_back(value_of(question.partition[i], source.partition()[i].type));
    }
    std::vector<SortCondition> sort;
    for (std::size_t i = 0; i < question.kinds.size(); ++i) {
      SortCondition condition{question.kinds[i], {}};
      for (const auto& plain : question.values[i]) {
        condition.values.push_back(value_of(plain, source.sort()[i].type));
      }
      sort.push_back(std::move(condition));
    }
    return range_of(source, partition, sort);
  }

  static bool is_asked_for(const Source& source, const Question& question, const PlainItem& plain) {
    for (std::size_t i = 0; i < question.partition.size(); ++i) {
      if (plain.at(source.partition()[i].name) != question.partition[i]) return false;
    }
    for (std::size_t i = 0; i < question.kinds.size(); ++i) {
      if (!holds(question.kinds[i], question.values[i], plain.at(source.sort()[i].name))) {
        return false;
      }
    }
    return true;
  }

  std::vector<std::string> expected_items(const Source& source, const Question& question,
                                          bool is_query) const {
    std::vector<std::pair<std::vector<Plain>, std::string>> found;
    for (const auto& [key, plain] : items_) {
      if (!is_in(source, plain)) continue;
      if (is_query && !is_asked_for(source, question, plain)) continue;
      std::vector<Plain> place;
      for (const auto& attribute : source.sort()) place.push_back(plain.at(attribute.name));
      place.push_back(key.first);
      place.push_back(key.second);
      PlainItem shown = plain;
      if (!question.fetches_items) {
        std::erase_if(shown, [&](const auto& entry) { return !source.projects(entry.first); });
      }
      found.emplace_back(std::move(place), item_of(shown).bytes());
    }
    std::ranges::sort(found);
    if (!question.is_forward) std::ranges::reverse(found);
    std::vector<std::string> items;
    for (auto& [place, bytes] : found) items.push_back(std::move(bytes));
    return items;
  }

  /// All pages, one after the other, each going on where the one before it ended.
  std::vector<std::string> pages(const Source& source, const Question& question, KeyRange range) {
    std::vector<std::string> found;
    while (true) {
      std::size_t visited = 0;
      const PageEnd end = engine_->reader.page({.source = source,
                                                .range = range,
                                                .is_forward = question.is_forward,
                                                .items_max = question.items_max,
                                                .fetches_items = question.fetches_items},
                                               [&](MapView item) {
                                                 ++visited;
                                                 found.emplace_back(item.bytes());
                                               });
      EXPECT_EQ(visited, end.items);
      EXPECT_LE(visited, question.items_max);
      EXPECT_EQ(end.last_key.has_value(), visited == question.items_max);
      if (!end.last_key) return found;
      EXPECT_EQ(end.last_key->view().size(), source.start_attributes().size());
      range.continue_after(source.key_of(*end.last_key), question.is_forward);
    }
  }

  void expect_pages(const Source& source, const Question& question, const KeyRange& range,
                    const std::vector<std::string>& expected) {
    EXPECT_EQ(pages(source, question, range), expected)
        << (source.index() ? source.index()->name : "table");
  }

  Dice dice_;
  Folder folder_;
  std::optional<Engine> engine_;
  std::map<std::pair<Plain, Plain>, PlainItem> items_;
};

TEST(ReadPropertyTest, PagesAreWhatAModelFiltersAndSorts) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    Life life(seed);
    for (int round = 0; round < 40; ++round) {
      for (int i = 0; i < 8; ++i) life.write();
      for (int i = 0; i < 25; ++i) life.ask();
      if (round == 20) life.open();
      if (testing::Test::HasFailure()) FAIL() << "seed " << seed << ", round " << round;
    }
  }
}

/// While items move from partition to partition of an index, and change what they hold.
TEST(ReadPropertyTest, APageIsOfOneMomentWhateverIsWritten) {
  Engine engine;
  engine.catalog.create(spec(), Caller{});
  const auto table = engine.catalog.table("T");
  constexpr int items = 20;
  const auto moved = [&](int number, int round) {
    return item_of({{"pk", "p"s},
                    {"sk", number * 10},
                    {"a", round % 2 == 0 ? "even"s : "odd"s},
                    {"b", round * 10},
                    {"x", std::to_string(round)}});
  };
  for (int number = 0; number < items; ++number) engine.put(table, moved(number, 0));

  std::atomic<bool> is_over = false;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 2; ++writer) {
    writers.emplace_back([&, writer] {
      for (int round = 1; !is_over; ++round) {
        for (int number = writer; number < items; number += 2) {
          engine.put(table, moved(number, round));
        }
      }
    });
  }
  const auto rounds_of = [&](const Source& source, const KeyRange& range, bool fetches) {
    std::map<std::string, int> rounds;
    engine.reader.page({.source = source, .range = range, .fetches_items = fetches},
                       [&](MapView item) {
                         const auto key = Number::decode(item.find("sk")->number()).text();
                         const auto round = Number::decode(item.find("b")->number()).text();
                         EXPECT_TRUE(rounds.emplace(key, std::stoi(round)).second) << "twice";
                         EXPECT_TRUE(!fetches || item.find("x")->text() == round);
                       });
    return rounds;
  };
  const Source whole(table);
  const Source sorted(table, table->index("sorted"));
  const Source local(table, table->index("local-keys"));
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(rounds_of(whole, range_of(whole), false).size(), items);
    EXPECT_EQ(rounds_of(sorted, range_of(sorted), false).size(), items);
    const std::vector<Value> partition = {Value::string("p")};
    EXPECT_EQ(rounds_of(local, range_of(local, partition, {}), true).size(), items);
  }
  is_over = true;
  for (auto& writer : writers) writer.join();
}

}  // namespace
}  // namespace engine
