#include "engine/expression/legacy.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expression_fixture.h"

namespace engine {
namespace {

using Op = ComparisonOperator;
using Action = AttributeUpdate::Action;

/// `{"N": "1"}`
Value value_of(const std::string& json) {
  const Item item = item_of(R"({"v": )" + json + "}");
  return Value(*item.find("v"));
}

AttributeCondition condition(const std::string& attribute, Op comparison,
                             std::initializer_list<const char*> values = {}) {
  AttributeCondition condition{attribute, comparison, {}};
  for (const auto* value : values) condition.values.push_back(value_of(value));
  return condition;
}

bool holds(AttributeCondition condition, const std::string& item) {
  condition.require_sense();
  std::vector<AttributeCondition> conditions;
  conditions.push_back(std::move(condition));
  return condition_of(std::move(conditions), Joined::all_hold).holds(item_of(item));
}

std::string updated(std::vector<AttributeUpdate> updates, const std::string& item) {
  for (const auto& update : updates) update.require_sense();
  const Update update = update_of(std::move(updates));
  const Item old_item = item_of(item);
  const MapView view = old_item.view();
  const auto new_item = update.apply(&view, item_of(R"({"pk": {"S": "k"}})"));
  return new_item ? json_of(*new_item) : "none";
}

TEST(LegacyConditionTest, EveryOperatorIsKnownByItsName) {
  EXPECT_EQ(comparison_operator_of("EQ"), Op::equal);
  EXPECT_EQ(comparison_operator_of("NE"), Op::not_equal);
  EXPECT_EQ(comparison_operator_of("LE"), Op::less_or_equal);
  EXPECT_EQ(comparison_operator_of("LT"), Op::less);
  EXPECT_EQ(comparison_operator_of("GE"), Op::greater_or_equal);
  EXPECT_EQ(comparison_operator_of("GT"), Op::greater);
  EXPECT_EQ(comparison_operator_of("NULL"), Op::not_exists);
  EXPECT_EQ(comparison_operator_of("NOT_NULL"), Op::exists);
  EXPECT_EQ(comparison_operator_of("CONTAINS"), Op::contains);
  EXPECT_EQ(comparison_operator_of("NOT_CONTAINS"), Op::not_contains);
  EXPECT_EQ(comparison_operator_of("BEGINS_WITH"), Op::begins_with);
  EXPECT_EQ(comparison_operator_of("IN"), Op::in);
  EXPECT_EQ(comparison_operator_of("BETWEEN"), Op::between);
}

TEST(LegacyConditionTest, WhatIsMissingIsDifferentAndNothingElse) {
  EXPECT_TRUE(holds(condition("a", Op::not_equal, {R"({"N": "1"})"}), "{}"));
  EXPECT_TRUE(holds(condition("a", Op::not_exists), "{}"));
  for (const Op op : {Op::equal, Op::less_or_equal, Op::less, Op::greater_or_equal, Op::greater,
                      Op::contains, Op::not_contains, Op::in}) {
    EXPECT_FALSE(holds(condition("a", op, {R"({"N": "1"})"}), "{}"));
  }
  EXPECT_FALSE(holds(condition("a", Op::begins_with, {R"({"S": ""})"}), "{}"));
  EXPECT_FALSE(holds(condition("a", Op::between, {R"({"N": "1"})", R"({"N": "1"})"}), "{}"));
  EXPECT_FALSE(holds(condition("a", Op::exists), "{}"));
}

TEST(LegacyConditionTest, OrderIsThatOfOneType) {
  const std::string item = R"({"n": {"N": "-3"}, "s": {"S": "b"}, "b": {"B": "/w=="}})";
  EXPECT_TRUE(holds(condition("n", Op::less, {R"({"N": "-2.5"})"}), item));
  EXPECT_FALSE(holds(condition("n", Op::less, {R"({"N": "-3"})"}), item));
  EXPECT_TRUE(holds(condition("s", Op::greater, {R"({"S": "aa"})"}), item));
  EXPECT_TRUE(holds(condition("b", Op::greater, {R"({"B": "AAAA"})"}), item));
  EXPECT_FALSE(holds(condition("n", Op::greater, {R"({"S": "-4"})"}), item));
  EXPECT_FALSE(holds(condition("n", Op::less, {R"({"S": "-4"})"}), item));
  EXPECT_TRUE(holds(condition("n", Op::between, {R"({"N": "-10"})", R"({"N": "-3.0"})"}), item));
  EXPECT_FALSE(holds(condition("s", Op::between, {R"({"N": "1"})", R"({"N": "9"})"}), item));
}

TEST(LegacyConditionTest, NotContainsIsToldOfEveryTypeThatIsThere) {
  const std::string item = R"({"s": {"S": "hello"}, "n": {"N": "5"}, "l": {"L": [{"S": "x"}]}})";
  EXPECT_FALSE(holds(condition("s", Op::not_contains, {R"({"S": "ell"})"}), item));
  EXPECT_TRUE(holds(condition("s", Op::not_contains, {R"({"N": "1"})"}), item));
  EXPECT_TRUE(holds(condition("n", Op::not_contains, {R"({"N": "5"})"}), item));
  EXPECT_FALSE(holds(condition("l", Op::not_contains, {R"({"S": "x"})"}), item));
  EXPECT_TRUE(holds(condition("l", Op::not_contains, {R"({"S": "y"})"}), item));
}

TEST(LegacyConditionTest, ANameIsNoPath) {
  const std::string item = R"({"m": {"M": {"k": {"N": "1"}}}, "a.b": {"N": "2"}})";
  EXPECT_FALSE(holds(condition("m.k", Op::exists), item));
  EXPECT_TRUE(holds(condition("a.b", Op::equal, {R"({"N": "2"})"}), item));
}

TEST(LegacyConditionTest, SeveralAreJoined) {
  const Item item = item_of(R"({"a": {"N": "1"}})");
  const auto both = [](Joined joined) {
    std::vector<AttributeCondition> conditions;
    conditions.push_back(condition("a", Op::exists));
    conditions.push_back(condition("b", Op::exists));
    return condition_of(std::move(conditions), joined);
  };
  EXPECT_FALSE(both(Joined::all_hold).holds(item));
  EXPECT_TRUE(both(Joined::any_holds).holds(item));
  EXPECT_FALSE(both(Joined::any_holds).holds(item_of("{}")));
}

TEST(LegacyConditionTest, ABetweenOfEqualBoundsIsFine) {
  const auto range = [](const char* low, const char* high) {
    return refusal([&] { condition("a", Op::between, {low, high}).require_sense(); });
  };
  EXPECT_EQ(range(R"({"N": "1.0"})", R"({"N": "1"})"), "none");
  EXPECT_EQ(range(R"({"N": "-10"})", R"({"N": "9"})"), "none");
  EXPECT_EQ(range(R"({"S": "a"})", R"({"S": "aa"})"), "none");
  EXPECT_EQ(range(R"({"N": "9"})", R"({"N": "-10"})"),
            "The BETWEEN condition was provided a range where the lower bound is greater than the "
            "upper bound");
}

TEST(LegacyUpdateTest, AddsWhateverCanBeAdded) {
  EXPECT_EQ(updated({{"n", Action::add, value_of(R"({"N": "0.1"})")},
                     {"l", Action::add, value_of(R"({"L": [{"N": "2"}]})")},
                     {"s", Action::add, value_of(R"({"NS": ["1", "2"]})")}},
                    R"({"n": {"N": "0.2"}, "l": {"L": [{"L": []}]}, "s": {"NS": ["1.0"]}})"),
            R"({"l":{"L":[{"L":[]},{"N":"2"}]},"n":{"N":"0.3"},"s":{"NS":["1","2"]}})");
}

TEST(LegacyUpdateTest, TakesElementsAwayAndThenTheAttribute) {
  EXPECT_EQ(updated({{"a", Action::remove, value_of(R"({"SS": ["x", "z"]})")},
                     {"b", Action::remove, value_of(R"({"NS": ["1"]})")},
                     {"c", Action::remove, std::nullopt}},
                    R"({"a": {"SS": ["x", "y"]}, "b": {"NS": ["1"]}, "c": {"S": ""}})"),
            R"({"a":{"SS":["y"]}})");
}

TEST(LegacyUpdateTest, ATypeThatDiffersHasWordsOfItsOwn) {
  const std::string mismatch = "Type mismatch for attribute to update";
  for (const auto* stored : {R"({"S": "x"})", R"({"M": {}})", R"({"SS": ["1"]})"}) {
    const std::string item = R"({"a": )" + std::string(stored) + "}";
    for (const auto* added : {R"({"N": "1"})", R"({"NS": ["1"]})", R"({"L": []})"}) {
      EXPECT_EQ(refusal([&] { updated({{"a", Action::add, value_of(added)}}, item); }), mismatch);
    }
    EXPECT_EQ(refusal([&] {
                updated({{"a", Action::remove, value_of(R"({"NS": ["1"]})")}}, item);
              }),
              mismatch);
  }
}

TEST(LegacyUpdateTest, TargetsWholeAttributes) {
  std::vector<AttributeUpdate> updates;
  updates.push_back({"m.k", Action::put, value_of(R"({"N": "1"})")});
  const Update update = update_of(std::move(updates));
  EXPECT_TRUE(update.targets("m.k"));
  EXPECT_FALSE(update.targets("m"));
  EXPECT_EQ(json_of(update.targeted(item_of(R"({"m": {"M": {"k": {"N": "2"}}}})"))), "{}");
}

TEST(LegacyProjectionTest, SelectsWholeAttributes) {
  const auto projection = Projection::of({"b", "m.k", "a"});
  EXPECT_EQ(json_of(projection.select(
                item_of(R"({"a": {"N": "1"}, "c": {"N": "2"}, "m": {"M": {"k": {"N": "3"}}}})"))),
            R"({"a":{"N":"1"}})");
}

// The same engine: whatever is asked of whatever value, an expression gives the same answer.

const std::vector<std::string> every_value = {
    R"({"S": ""})",           R"({"S": "ab"})",
    R"({"S": "b"})",          R"({"N": "0"})",
    R"({"N": "-1.5"})",       R"({"N": "10"})",
    R"({"B": ""})",           R"({"B": "YWI="})",
    R"({"BOOL": true})",      R"({"NULL": true})",
    R"({"L": []})",           R"({"L": [{"S": "b"}, {"N": "10"}]})",
    R"({"M": {}})",           R"({"M": {"b": {"S": "ab"}}})",
    R"({"SS": ["ab", "b"]})", R"({"NS": ["0", "10"]})",
    R"({"BS": ["YWI="]})",
};

bool expression_holds(const std::string& text, const std::vector<Value>& values, MapView item) {
  std::vector<ValuePlaceholder> placeholders;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string name = ":v" + std::to_string(i);
    if (text.find(name) != std::string::npos) placeholders.push_back({name, values[i]});
  }
  Placeholders all;
  all.define(std::move(placeholders));
  return Condition::parse(ConditionKind::condition, text, all).holds(item);
}

struct Equivalent {
  Op comparison;
  std::string expression;  ///< Of `a`, `:v0` and `:v1`.
};

const std::vector<Equivalent> every_operator = {
    {Op::equal, "a = :v0"},
    {Op::not_equal, "a <> :v0"},
    {Op::less_or_equal, "a <= :v0"},
    {Op::less, "a < :v0"},
    {Op::greater_or_equal, "a >= :v0"},
    {Op::greater, "a > :v0"},
    {Op::not_exists, "attribute_not_exists(a)"},
    {Op::exists, "attribute_exists(a)"},
    {Op::contains, "contains(a, :v0)"},
    {Op::not_contains, "attribute_exists(a) AND NOT contains(a, :v0)"},
    {Op::begins_with, "begins_with(a, :v0)"},
    {Op::in, "a IN (:v0, :v1)"},
    {Op::between, "a BETWEEN :v0 AND :v1"},
};

/// As many values as the operator takes.
std::vector<Value> operands(Op comparison, const std::string& first, const std::string& second) {
  if (comparison == Op::exists || comparison == Op::not_exists) return {};
  if (comparison != Op::in && comparison != Op::between) return {value_of(first)};
  return {value_of(first), value_of(second)};
}

TEST(LegacyConditionTest, SaysWhatAnExpressionSays) {
  std::vector<std::string> items = {"{}"};
  for (const auto& value : every_value) items.push_back(R"({"a": )" + value + "}");
  int asked = 0;
  for (const auto& [comparison, text] : every_operator) {
    for (const auto& first : every_value) {
      for (const auto& second : every_value) {
        AttributeCondition condition{"a", comparison, operands(comparison, first, second)};
        if (refusal([&] { condition.require_sense(); }) != "none") continue;
        for (const auto& json : items) {
          const Item item = item_of(json);
          const bool is_so = condition_of({condition}, Joined::all_hold).holds(item);
          EXPECT_EQ(is_so, expression_holds(text, condition.values, item))
              << text << " with " << first << " and " << second << " of " << json;
          ++asked;
        }
        if (condition.values.size() < 2) break;
      }
    }
  }
  EXPECT_GT(asked, 1000);
}

std::string result(const Update& update, const Item& item) {
  const MapView view = item.view();
  std::string text;
  const auto why = refusal([&] {
    const auto changed = update.apply(&view, Item());
    text = changed ? json_of(*changed) : "none";
  });
  return why == "none" ? text : "refused";
}

TEST(LegacyUpdateTest, DoesWhatAnExpressionDoes) {
  for (const auto& stored : every_value) {
    const Item item = item_of(R"({"a": )" + stored + R"(, "b": {"S": "stays"}})");
    for (const auto& given : every_value) {
      const Value value = value_of(given);
      for (const auto& [action, text] :
           {std::pair(Action::put, "SET a = :v"), std::pair(Action::add, "ADD a :v"),
            std::pair(Action::remove, "DELETE a :v")}) {
        const AttributeUpdate update{"a", action, value};
        if (refusal([&] { update.require_sense(); }) != "none") continue;
        if (action == Action::add && value.view().type() == Type::list) continue;
        Placeholders placeholders;
        placeholders.define(std::vector<ValuePlaceholder>{{":v", value}});
        EXPECT_EQ(result(update_of({update}), item),
                  result(Update::parse(text, placeholders), item))
            << text << " with " << given << " on " << stored;
      }
    }
  }
}

}  // namespace
}  // namespace engine
