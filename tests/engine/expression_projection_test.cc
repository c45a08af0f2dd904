#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/expression/expression.h"
#include "expression_fixture.h"

namespace engine {
namespace {

const std::string prefix = "Invalid ProjectionExpression: ";

const std::map<std::string, std::string> names = {{"#a", "a"}, {"#b", "b"}, {"#dot", "x.y"}};

std::string error_of(const std::string& text) {
  auto placeholders = placeholders_of("{}", names);
  return refusal([&] { Projection::parse(text, placeholders); });
}

std::string selected(const std::string& text, const std::string& item) {
  auto placeholders = placeholders_of("{}", names);
  const Item result = Projection::parse(text, placeholders).select(item_of(item));
  EXPECT_EQ(item_of(json_of(result)).bytes(), result.bytes());
  return json_of(result);
}

const std::string item = R"({
    "pk":{"S":"k"}, "s":{"S":"text"},
    "a":{"M":{"b":{"M":{"c":{"N":"1"},"d":{"N":"2"}}},"e":{"N":"3"}}},
    "l":{"L":[{"N":"0"},{"N":"1"},{"M":{"x":{"N":"2"},"y":{"N":"3"}}},{"L":[{"N":"4"},{"N":"5"}]}]}})";

TEST(ProjectionTest, SelectsAttributesAndLeavesOutWhatIsMissing) {
  EXPECT_EQ(selected("s", item), R"({"s":{"S":"text"}})");
  EXPECT_EQ(selected("s, pk, nope", item), R"({"pk":{"S":"k"},"s":{"S":"text"}})");
  EXPECT_EQ(selected("nope, l[9], s.x, a[0]", item), "{}");
  EXPECT_EQ(selected("a.nope, l.x, s[0]", item), "{}");
  EXPECT_EQ(selected("a", "{}"), "{}");
}

TEST(ProjectionTest, PartsOfOneAttributeComeTogether) {
  EXPECT_EQ(selected("a.b.c, a.e", item),
            R"({"a":{"M":{"b":{"M":{"c":{"N":"1"}}},"e":{"N":"3"}}}})");
  EXPECT_EQ(selected("#a.#b", item), R"({"a":{"M":{"b":{"M":{"c":{"N":"1"},"d":{"N":"2"}}}}}})");
  EXPECT_EQ(selected("a.b.nope, a.e", item), R"({"a":{"M":{"e":{"N":"3"}}}})");
}

TEST(ProjectionTest, ElementsOfListsMoveTogether) {
  EXPECT_EQ(selected("l[2].y, l[0]", item), R"({"l":{"L":[{"N":"0"},{"M":{"y":{"N":"3"}}}]}})");
  EXPECT_EQ(selected("l[1], l[0]", item), R"({"l":{"L":[{"N":"0"},{"N":"1"}]}})");
  EXPECT_EQ(selected("l[3][1], l[7]", item), R"({"l":{"L":[{"L":[{"N":"5"}]}]}})");
}

TEST(ProjectionErrorTest, PathsDoNotOverlap) {
  const auto overlap = [](const std::string& one, const std::string& two) {
    return prefix +
           "Two document paths overlap with each other; must remove or rewrite one of these paths; "
           "path one: " +
           one + ", path two: " + two;
  };
  EXPECT_EQ(error_of("a, a.b"), overlap("[a]", "[a, b]"));
  EXPECT_EQ(error_of("a.b, a"), overlap("[a, b]", "[a]"));
  EXPECT_EQ(error_of("a, c, #a"), overlap("[a]", "[a]"));
  EXPECT_EQ(error_of("l[0], l"), overlap("[l, [0]]", "[l]"));
  EXPECT_EQ(error_of("l[0].x, l[0].x[1]"), overlap("[l, [0], x]", "[l, [0], x, [1]]"));
  EXPECT_EQ(error_of("a.b, a.c, l[0], l[1]"), "none");
  EXPECT_EQ(error_of("#dot, x"), "none");
}

TEST(ProjectionErrorTest, PathsDoNotConflict) {
  EXPECT_EQ(error_of("a.b, a[1]"),
            prefix +
                "Two document paths conflict with each other; must remove or rewrite one of "
                "these paths; path one: [a, b], path two: [a, [1]]");
  // Overlaps first, wherever they are.
  EXPECT_THAT(error_of("a.b, a[1], c, c"), testing::HasSubstr("path one: [c], path two: [c]"));
}

TEST(ProjectionErrorTest, WhatIsToldFirst) {
  EXPECT_THAT(error_of("#nope, status"), testing::HasSubstr("reserved keyword: status"));
  EXPECT_THAT(error_of("c, c, #nope"), testing::HasSubstr("not defined; attribute name: #nope"));
  EXPECT_THAT(error_of("status,"), testing::HasSubstr("Syntax error"));
  EXPECT_THAT(error_of("size(a)"), testing::HasSubstr("Syntax error; token: \"(\""));
  EXPECT_THAT(error_of("(a)"), testing::HasSubstr("Syntax error; token: \"(\""));
}

TEST(ProjectionErrorTest, KeysHaveNoInside) {
  auto placeholders = placeholders_of("{}");
  const auto projection = Projection::parse("a, pk[0]", placeholders);
  EXPECT_EQ(refusal([&] { projection.require_scalar_key("pk"); }),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk");
  EXPECT_EQ(refusal([&] { projection.require_scalar_key("a"); }), "none");
}

}  // namespace
}  // namespace engine
