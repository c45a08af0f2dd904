#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/value/attribute_value.h"
#include "engine/value/encoding.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

namespace engine {
namespace {

using testing::ElementsAre;

std::string text_of(MapView item) {
  std::string out;
  append_json(out, item);
  return out;
}

TEST(ValueTest, ViewsShowWhatWasEncoded) {
  const Item item = Item::of({{"s", Value::string("text")},
                              {"n", Value::number("-1.5")},
                              {"b", Value::binary(std::string("\0\xFF", 2))},
                              {"t", Value::boolean(true)},
                              {"f", Value::boolean(false)},
                              {"z", Value::null()},
                              {"l", Value::list({Value::string("0"), Value::null()})},
                              {"m", Value::map({{"y", Value::null()}, {"x", Value::string("")}})},
                              {"ss", Value::set(Type::string_set, {"b", "a", "b"})}});
  EXPECT_TRUE(encoding::is_well_formed(item.bytes()));
  EXPECT_EQ(item.view().size(), 9u);
  EXPECT_EQ(item.find("s")->text(), "text");
  EXPECT_EQ(Number::decode(item.find("n")->number()).text(), "-1.5");
  EXPECT_EQ(item.find("b")->text(), std::string("\0\xFF", 2));
  EXPECT_TRUE(item.find("t")->boolean());
  EXPECT_FALSE(item.find("f")->boolean());
  EXPECT_EQ(item.find("z")->type(), Type::null);
  EXPECT_EQ(item.find("l")->list().size(), 2u);
  EXPECT_EQ(item.find("l")->list().at(1)->type(), Type::null);
  EXPECT_EQ(item.find("l")->list().at(2), std::nullopt);
  EXPECT_EQ(item.find("m")->map().begin()->name, "x");
  EXPECT_THAT(item.find("ss")->set().elements(), ElementsAre("a", "b"));
  EXPECT_TRUE(item.find("ss")->set().contains("b"));
  EXPECT_FALSE(item.find("ss")->set().contains("c"));
  EXPECT_EQ(item.find("a"), std::nullopt);
  EXPECT_EQ(item.find("zz"), std::nullopt);
  EXPECT_TRUE(MapView().empty());
  EXPECT_EQ(MapView().size(), 0u);
}

TEST(ValueTest, TypesHaveTheirNames) {
  EXPECT_EQ(type_name(Type::string), "S");
  EXPECT_EQ(type_name(Type::null), "NULL");
  EXPECT_EQ(type_name(Type::binary_set), "BS");
}

TEST(ValueTest, CountsBytesAsItemsAreCounted) {
  EXPECT_EQ(Value::string("h\xC3\xA9").view().size_bytes(), 3u);
  EXPECT_EQ(Value::binary("abc").view().size_bytes(), 3u);
  EXPECT_EQ(Value::number("1.5").view().size_bytes(), 3u);
  EXPECT_EQ(Value::boolean(false).view().size_bytes(), 1u);
  EXPECT_EQ(Value::null().view().size_bytes(), 1u);
  EXPECT_EQ(Value::set(Type::string_set, {"a", "bcd"}).view().size_bytes(), 4u);
  const auto encoded = [](const char* text) { return std::string(Number::parse(text).encoded()); };
  EXPECT_EQ(Value::set(Type::number_set, {encoded("0"), encoded("-1")}).view().size_bytes(), 4u);
  EXPECT_EQ(Value::list({}).view().size_bytes(), 3u);
  EXPECT_EQ(Value::list({Value::string("ab"), Value::null()}).view().size_bytes(), 8u);
  EXPECT_EQ(Value::map({}).view().size_bytes(), 3u);
  EXPECT_EQ(Value::map({{"key", Value::string("ab")}}).view().size_bytes(), 9u);
  EXPECT_EQ(Item::of({{"pk", Value::string("ab")}, {"n", Value::number("0")}}).size_bytes(), 6u);
}

// Random items, as trees and as JSON.

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  template <class T>
  void shuffle(std::vector<T>& all) {
    std::shuffle(all.begin(), all.end(), random_);
  }

 private:
  std::mt19937 random_;
};

std::string draw_text(Dice& dice) {
  static const std::vector<std::string> parts = {"a",  "b",        "\"",        "\\",
                                                 "\n", "\xC3\xA9", "long text "};
  std::string text;
  for (int i = dice.below(4) == 0 ? dice.below(60) : dice.below(4); i > 0; --i) {
    text += parts[static_cast<std::size_t>(dice.below(static_cast<int>(parts.size())))];
  }
  return text;
}

std::string draw_number(Dice& dice) {
  return std::to_string(dice.below(2000) - 1000) + (dice.below(2) == 0 ? "" : ".25");
}

std::vector<std::pair<std::string, Value>> draw_entries(Dice& dice, int depth);

Value draw_value(Dice& dice, int depth) {
  switch (dice.below(depth > 0 ? 10 : 8)) {
    case 0:
      return Value::string(draw_text(dice));
    case 1:
      return Value::number(draw_number(dice));
    case 2:
      return Value::binary(draw_text(dice));
    case 3:
      return Value::boolean(dice.below(2) == 0);
    case 4:
      return Value::null();
    case 5:
      return Value::set(Type::string_set, {draw_text(dice), draw_text(dice), draw_text(dice)});
    case 6:
      return Value::set(Type::number_set,
                        {std::string(Number::parse(draw_number(dice)).encoded()),
                         std::string(Number::parse(draw_number(dice)).encoded())});
    case 7:
      return Value::set(Type::binary_set, {draw_text(dice), draw_text(dice)});
    case 8: {
      std::vector<Value> elements;
      for (int i = dice.below(4); i > 0; --i) elements.push_back(draw_value(dice, depth - 1));
      return Value::list(elements);
    }
    default:
      return Value::map(draw_entries(dice, depth - 1));
  }
}

std::vector<std::pair<std::string, Value>> draw_entries(Dice& dice, int depth) {
  std::vector<std::pair<std::string, Value>> entries;
  for (int i = dice.below(6); i > 0; --i) {
    entries.emplace_back("n" + draw_text(dice) + std::to_string(i), draw_value(dice, depth));
  }
  return entries;
}

/// JSON with the entries of every map in a random order.
std::string shuffled_json(Dice& dice, MapView map) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : map) {
    std::string entry;
    append_json_string(entry, name);
    entry += ':';
    if (value.type() == Type::map) {
      entry += "{\"M\":" + shuffled_json(dice, value.map()) + "}";
    } else {
      append_json(entry, value);
    }
    entries.push_back(std::move(entry));
  }
  dice.shuffle(entries);
  std::string json;
  for (const auto& entry : entries) json += (json.empty() ? "" : ",") + entry;
  return "{" + json + "}";
}

TEST(ValuePropertyTest, ItemsComeBackAndEqualItemsHaveEqualBytes) {
  Dice dice(1);
  simdjson::dom::parser parser;
  for (int round = 0; round < 2000; ++round) {
    auto entries = draw_entries(dice, 3);
    const Item item = Item::of(entries);
    ASSERT_TRUE(encoding::is_well_formed(item.bytes()));
    dice.shuffle(entries);
    ASSERT_EQ(Item::of(entries).bytes(), item.bytes());
    const Item again = item_from_json(parser.parse(shuffled_json(dice, item)));
    ASSERT_EQ(again.bytes(), item.bytes()) << text_of(item);

    std::size_t count = 0;
    for (const auto& [name, value] : item.view()) {
      ASSERT_EQ(item.find(name), value);
      ASSERT_EQ(Value(value).view(), value);
      ++count;
    }
    ASSERT_EQ(count, entries.size());
  }
}

TEST(ValuePropertyTest, DamagedBytesAreNeverReadAsAnotherForm) {
  // Whatever is called well-formed can be shown, and comes back as the same bytes.
  Dice dice(2);
  simdjson::dom::parser parser;
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = Item::of(draw_entries(dice, 2)).bytes();
    if (bytes.empty()) continue;
    const auto at = static_cast<std::size_t>(dice.below(static_cast<int>(bytes.size())));
    switch (dice.below(3)) {
      case 0:
        bytes[at] = static_cast<char>(dice.below(256));
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      default:
        bytes.insert(at, 1, static_cast<char>(dice.below(256)));
        break;
    }
    if (!encoding::is_well_formed(bytes)) continue;
    ++accepted;
    const auto json = text_of(MapView(bytes));
    simdjson::dom::element parsed;
    if (parser.parse(json).get(parsed) != simdjson::SUCCESS) continue;  // Not UTF-8 any more.
    ASSERT_EQ(item_from_json(parsed).bytes(), bytes) << json;
  }
  EXPECT_GT(accepted, 100);
}

TEST(EncodingTest, TellsWhatIsNotWellFormed) {
  using encoding::is_well_formed;
  using namespace std::string_literals;
  EXPECT_TRUE(is_well_formed(""));
  EXPECT_TRUE(
      is_well_formed("\x01"s
                     "a\x04"s));
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "b\x04\x01"s
                     "a\x04"s));  // Not sorted.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x04\x01"s
                     "a\x04"s));              // Twice.
  EXPECT_FALSE(is_well_formed("\x00\x04"s));  // No name.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a"s));  // No value.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x0A"s));  // No such type.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x00\x05x"s));  // Too short.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x03\x02"s));  // Neither true nor false.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x07\x00"s));  // An empty set.
  EXPECT_FALSE(
      is_well_formed("\x01"s
                     "a\x07\x04\x01y\x01x"s));  // A set out of order.
  EXPECT_FALSE(
      is_well_formed("\x81\x00"s
                     "a\x04"s));  // A length too long.
  EXPECT_FALSE(is_well_formed("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s));
}

TEST(EncodingTest, ChecksDepthWithoutEndlessRecursion) {
  const auto nested = [](int levels) {
    Value value = Value::null();
    for (int i = 0; i < levels; ++i) value = Value::list({value});
    return Item::of({{"a", value}}).bytes();
  };
  EXPECT_TRUE(encoding::is_well_formed(nested(31)));
  EXPECT_FALSE(encoding::is_well_formed(nested(32)));
  EXPECT_FALSE(encoding::is_well_formed(nested(5000)));
}

}  // namespace
}  // namespace engine
