// Store keys of items lie in the order of the items' keys.

#include <gtest/gtest.h>

#include <string>

#include "engine/table/table.h"
#include "engine/value/number.h"
#include "exact_decimal.h"

namespace engine {
namespace {

Table table_of(Type partition, Type sort) {
  Table table;
  table.id = 7;
  table.key.partition = {"pk", partition};
  table.key.sort = {"sk", sort};
  return table;
}

/// A text of bytes that are hard to keep in order: zeros, the largest, what another begins with.
std::string draw_bytes(NumberTexts& dice) {
  static const std::string odd(
      "\x00\x01\x02\x7F\x80\xFE\xFF"
      "ab",
      9);
  std::string bytes;
  for (int i = 1 + dice.below(5); i > 0; --i) {
    bytes += odd[static_cast<std::size_t>(dice.below(static_cast<int>(odd.size())))];
  }
  return bytes;
}

Value value_of(Type type, const std::string& text) {
  switch (type) {
    case Type::number:
      return Value::number(text);
    case Type::string:
      return Value::string(text);
    default:
      return Value::binary(text);
  }
}

std::string draw_text(Type type, NumberTexts& dice) {
  if (type != Type::number) return draw_bytes(dice);
  for (;;) {
    std::string text = dice.draw();
    const auto plain = ExactDecimal::of(text).text();
    if (plain.find_first_of("0123456789") != std::string::npos) return plain;
  }
}

/// Below, at or above zero. `char_traits` compares bytes without a sign.
int order_of(Type type, const std::string& a, const std::string& b) {
  if (type != Type::number) return a.compare(b);
  return ExactDecimal::of(a).units.compare(ExactDecimal::of(b).units);
}

TEST(KeyOrderPropertyTest, WithinAPartitionTheSortKeyDecides) {
  for (const Type type : {Type::string, Type::binary, Type::number}) {
    NumberTexts dice(static_cast<unsigned>(type) + 1);
    const Table table = table_of(Type::string, type);
    const auto key_of = [&](const std::string& sort) {
      return table.key_of(Item::of({{"pk", Value::string("p")}, {"sk", value_of(type, sort)}}));
    };
    std::string last = draw_text(type, dice);
    for (int round = 0; round < 3000; ++round) {
      const std::string next = draw_text(type, dice);
      const int order = order_of(type, last, next);
      ASSERT_EQ(key_of(last) < key_of(next), order < 0) << last << " and " << next;
      ASSERT_EQ(key_of(last) == key_of(next), order == 0) << last << " and " << next;
      last = next;
    }
  }
}

TEST(KeyOrderPropertyTest, KeysAreEqualOnlyIfBothPartsAre) {
  for (const Type partition : {Type::string, Type::binary, Type::number}) {
    for (const Type sort : {Type::string, Type::binary, Type::number}) {
      NumberTexts dice(static_cast<unsigned>(partition) * 3 + static_cast<unsigned>(sort));
      const Table table = table_of(partition, sort);
      const auto draw = [&] {
        return std::pair(draw_text(partition, dice), draw_text(sort, dice));
      };
      const auto item_of = [&](const std::pair<std::string, std::string>& key) {
        return Item::of(
            {{"pk", value_of(partition, key.first)}, {"sk", value_of(sort, key.second)}});
      };
      auto last = draw();
      for (int round = 0; round < 1000; ++round) {
        auto next = draw();
        if (dice.below(3) == 0) next.first = last.first;
        if (dice.below(3) == 0) next.second = last.second;
        const auto a = table.key_of(item_of(last));
        const auto b = table.key_of(item_of(next));
        ASSERT_EQ(a == b, last == next) << last.first << " and " << next.first;
        ASSERT_EQ(table.key_of_key(item_of(next)), b);
        // No key is the beginning of another: a range of keys holds whole keys.
        ASSERT_TRUE(a == b || (!a.starts_with(b) && !b.starts_with(a)));
        last = next;
      }
    }
  }
}

}  // namespace
}  // namespace engine
