#include "engine/value/json_nesting.h"

#include <gtest/gtest.h>

#include <string>

namespace engine {
namespace {

std::string nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(JsonNestingTest, CountsLevelsAndNotBrackets) {
  EXPECT_FALSE(is_nested_too_deep(nested(json_levels_max)));
  EXPECT_TRUE(is_nested_too_deep(nested(json_levels_max + 1)));
  std::string wide = "[";
  for (int i = 0; i < 10'000; ++i) wide += "{},";
  EXPECT_FALSE(is_nested_too_deep(wide));
}

TEST(JsonNestingTest, BracketsInTextsAreNone) {
  EXPECT_FALSE(is_nested_too_deep('"' + std::string(10'000, '[') + '"'));
  EXPECT_FALSE(is_nested_too_deep("\"\\\"" + std::string(10'000, '[') + '"'));
  EXPECT_TRUE(is_nested_too_deep("\"\\\\\"" + nested(json_levels_max + 1)));
  EXPECT_TRUE(is_nested_too_deep(std::string(10'000'000, '{')));
}

}  // namespace
}  // namespace engine
