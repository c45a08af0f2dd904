#include "storage/order_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace storage {
namespace {

std::string bytes_key(std::string_view bytes, std::string_view rest = "") {
  std::string key;
  append_bytes(key, bytes);
  key.append(rest);
  return key;
}

TEST(OrderKeyTest, NumbersKeepTheirOrderAndComeBack) {
  const std::vector<std::uint64_t> numbers = {0, 1, 255, 256, 1ull << 32, ~0ull};
  std::string before;
  for (const auto number : numbers) {
    std::string key;
    append_u64(key, number);
    EXPECT_EQ(read_u64(key), number);
    EXPECT_LT(before, key);
    before = key;
  }
}

TEST(OrderKeyTest, BytesKeepTheirOrderWhateverFollows) {
  using namespace std::string_literals;
  std::vector<std::string> values = {""s,  "\0"s,  "\0\0"s, "\0\1"s, "\0\xff"s, "\1"s,
                                     "a"s, "a\0"s, "a\0b"s, "ab"s,   "\xff"s,   "\xff\xff"s};
  ASSERT_TRUE(std::is_sorted(values.begin(), values.end()));
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    EXPECT_LT(bytes_key(values[i], "\xff\xff"), bytes_key(values[i + 1])) << i;
  }
}

TEST(OrderKeyTest, NoKeyIsThePrefixOfAnother) {
  using namespace std::string_literals;
  EXPECT_FALSE(bytes_key("a\0b"s).starts_with(bytes_key("a")));
  EXPECT_FALSE(bytes_key("ab").starts_with(bytes_key("a")));
}

TEST(OrderKeyTest, AfterPrefixIsTheFirstKeyBeyond) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix("a\xff"), "b");
  EXPECT_EQ(after_prefix("\xff\xff"), "");
}

}  // namespace
}  // namespace storage
