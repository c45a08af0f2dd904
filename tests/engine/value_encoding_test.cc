#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/value/attribute_value.h"
#include "engine/value/encoding.h"
#include "engine/value/number.h"

namespace engine {
namespace {

using testing::ElementsAre;

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
