#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/expression/expression.h"
#include "expression_fixture.h"

namespace engine {
namespace {

const std::string prefix = "Invalid ConditionExpression: ";

const std::string values = R"({
    ":1":{"N":"1"}, ":2":{"N":"2"}, ":5":{"N":"5"}, ":a":{"S":"a"}, ":he":{"S":"he"}, ":b":{"S":"b"},
    ":empty":{"S":""}, ":bin":{"B":"aGVsbG8="}, ":bin2":{"B":"bGw="}, ":true":{"BOOL":true},
    ":null":{"NULL":true}, ":list":{"L":[{"N":"1"}]}, ":map":{"M":{"x":{"N":"1"}}},
    ":ss":{"SS":["y","x"]}, ":ns":{"NS":["1"]}, ":S":{"S":"S"}, ":L":{"S":"L"}, ":NULL":{"S":"NULL"},
    ":dog":{"S":"DOG"}, ":three":{"N":"3"}})";

const std::string item_json = R"({
    "pk":{"S":"key"}, "n":{"N":"1.0"}, "n2":{"N":"2"}, "s":{"S":"hello"}, "bin":{"B":"aGVsbG8="},
    "t":{"BOOL":true}, "z":{"NULL":true}, "ss":{"SS":["x","y"]}, "ns":{"NS":["1","5"]},
    "bs":{"BS":["bGw="]}, "l":{"L":[{"N":"1"},{"SS":["x","y"]},{"L":[{"N":"7"}]}]},
    "m":{"M":{"x":{"N":"1"},"inside":{"M":{"deep":{"S":"a"}}}}},
    "emoji":{"S":"\u00e9\ud83d\ude00"}, "emptylist":{"L":[]}})";

std::string error_of(const std::string& text) {
  auto placeholders = placeholders_of(values, {{"#same", "n"}});
  return refusal([&] { Condition::parse(ConditionKind::condition, text, placeholders); });
}

bool holds(const std::string& text) {
  auto placeholders = placeholders_of(values, {{"#same", "n"}});
  const auto condition = Condition::parse(ConditionKind::condition, text, placeholders);
  return condition.holds(item_of(item_json));
}

TEST(ConditionTest, EqualityIsDeepAndByValue) {
  EXPECT_TRUE(holds("n = :1"));
  EXPECT_FALSE(holds("n = :2"));
  EXPECT_FALSE(holds("n = :a"));
  EXPECT_TRUE(holds("ss = :ss"));
  EXPECT_TRUE(holds("l[1] = ss"));
  EXPECT_TRUE(holds("m.inside.deep = :a"));
  EXPECT_FALSE(holds("m = :map"));
  EXPECT_TRUE(holds("z = :null"));
  EXPECT_TRUE(holds("t = :true"));
  EXPECT_TRUE(holds("n <> :2"));
  EXPECT_TRUE(holds("n <> :a"));
  EXPECT_FALSE(holds("n <> :1"));
}

TEST(ConditionTest, MissingMakesEverythingFalseExceptNotEqual) {
  for (const std::string comparator : {"=", "<", "<=", ">", ">="}) {
    EXPECT_FALSE(holds("absent " + comparator + " :1"));
    EXPECT_FALSE(holds("absent " + comparator + " also_absent"));
  }
  EXPECT_TRUE(holds("absent <> :1"));
  EXPECT_TRUE(holds("absent <> also_absent"));
  EXPECT_TRUE(holds("m.absent <> :1"));
  EXPECT_FALSE(holds("absent BETWEEN :1 AND :2"));
  EXPECT_FALSE(holds("absent IN (:1, :2)"));
  EXPECT_FALSE(holds("contains(absent, :1)"));
  EXPECT_FALSE(holds("begins_with(absent, :a)"));
  EXPECT_FALSE(holds("n[0] = :1"));
  EXPECT_FALSE(holds("n.x = :1"));
  EXPECT_FALSE(holds("m[0] = :1"));
  EXPECT_FALSE(holds("l[9] = :1"));
}

TEST(ConditionTest, OrderIsOfStringsNumbersAndBinaries) {
  EXPECT_TRUE(holds("n < :2"));
  EXPECT_FALSE(holds("n2 < :2"));
  EXPECT_TRUE(holds("n2 <= :2"));
  EXPECT_TRUE(holds("n2 > n"));
  EXPECT_TRUE(holds("s > :he"));
  EXPECT_TRUE(holds("s >= :he"));
  EXPECT_FALSE(holds("s < :he"));
  EXPECT_TRUE(holds("bin < :bin2"));
  EXPECT_TRUE(holds(":1 < n2"));
  // Of one type, and of one that has an order; else false.
  EXPECT_FALSE(holds("n < :a"));
  EXPECT_FALSE(holds("n >= :a"));
  EXPECT_FALSE(holds("l > :1"));
  EXPECT_FALSE(holds("t >= t2"));
  EXPECT_FALSE(holds("ss <= ns"));
}

TEST(ConditionTest, BetweenAndIn) {
  EXPECT_TRUE(holds("n BETWEEN :1 AND :2"));
  EXPECT_TRUE(holds("n2 BETWEEN :1 AND :2"));
  EXPECT_FALSE(holds("n BETWEEN :2 AND :5"));
  EXPECT_TRUE(holds(":2 BETWEEN n AND :5"));
  EXPECT_FALSE(holds("s BETWEEN n AND n2"));
  EXPECT_TRUE(holds("s BETWEEN :a AND s2 OR n = :1"));
  EXPECT_TRUE(holds("n IN (:5, :1)"));
  EXPECT_FALSE(holds("n IN (:5, :a)"));
  EXPECT_TRUE(holds("z IN (:a, :null)"));
}

TEST(ConditionTest, PrecedenceIsNotThenAndThenOr) {
  EXPECT_TRUE(holds("n = :1 OR n = :2 AND n = :5"));
  EXPECT_FALSE(holds("(n = :1 OR n = :2) AND n = :5"));
  EXPECT_FALSE(holds("NOT n = :1 AND n = :2"));
  EXPECT_TRUE(holds("NOT (n = :1 AND n = :2)"));
  EXPECT_TRUE(holds("NOT NOT n = :1"));
  EXPECT_TRUE(holds("NOT attribute_exists(absent) AND n BETWEEN :1 AND :2 AND n = :1"));
  EXPECT_TRUE(holds("(n) = (:1) AND ((n) = :1 OR n = :5)"));
  EXPECT_TRUE(holds("size((s)) = (:5)"));
}

TEST(ConditionTest, AttributeExistsAndType) {
  EXPECT_TRUE(holds("attribute_exists(z)"));
  EXPECT_TRUE(holds("attribute_exists(m.inside.deep)"));
  EXPECT_FALSE(holds("attribute_exists(m.inside.nope)"));
  EXPECT_TRUE(holds("attribute_not_exists(l[3])"));
  EXPECT_FALSE(holds("attribute_not_exists(l[2])"));
  EXPECT_TRUE(holds("attribute_type(s, :S)"));
  EXPECT_TRUE(holds("attribute_type(z, :NULL)"));
  EXPECT_TRUE(holds("attribute_type(:list, :L)"));
  EXPECT_FALSE(holds("attribute_type(s, :L)"));
  EXPECT_FALSE(holds("attribute_type(absent, :S)"));
}

TEST(ConditionTest, BeginsWithAndContains) {
  EXPECT_TRUE(holds("begins_with(s, :he)"));
  EXPECT_TRUE(holds("begins_with(s, :empty)"));
  EXPECT_FALSE(holds("begins_with(s, :a)"));
  EXPECT_FALSE(holds("begins_with(n, :a)"));
  EXPECT_FALSE(holds("begins_with(bin, :he)"));
  EXPECT_TRUE(holds("begins_with(bin, :bin)"));
  EXPECT_TRUE(holds("begins_with(:he, absent) OR begins_with(s, s2) OR begins_with(:he, :he)"));

  EXPECT_TRUE(holds("contains(s, :he)"));
  EXPECT_TRUE(holds("contains(bin, :bin2)"));
  EXPECT_FALSE(holds("contains(s, :bin)"));
  EXPECT_TRUE(holds("contains(ns, :5)"));
  EXPECT_FALSE(holds("contains(ns, :2)"));
  EXPECT_FALSE(holds("contains(ss, :1)"));
  EXPECT_TRUE(holds("contains(bs, :bin2)"));
  EXPECT_TRUE(holds("contains(l, :1)"));
  EXPECT_TRUE(holds("contains(l, :ss)"));
  EXPECT_FALSE(holds("contains(l, :2)"));
  EXPECT_FALSE(holds("contains(m, :a)"));
  EXPECT_FALSE(holds("contains(n, :1)"));
}

TEST(ConditionTest, SizeCountsUtf16UnitsBytesOrElements) {
  EXPECT_TRUE(holds("size(s) = :5"));
  EXPECT_TRUE(holds("size(emoji) = :three"));  // One unit and two.
  EXPECT_TRUE(holds("size(bin) = :5"));
  EXPECT_TRUE(holds("size(ss) = :2"));
  EXPECT_TRUE(holds("size(ns) = n2"));
  EXPECT_TRUE(holds("size(bs) = :1"));
  EXPECT_TRUE(holds("size(l) = :three"));
  EXPECT_TRUE(holds("size(m) = :2"));
  EXPECT_TRUE(holds("size(emptylist) < :1"));
  EXPECT_TRUE(holds("size(:ss) BETWEEN :1 AND :2"));
  EXPECT_TRUE(holds("size(l) IN (:three)"));
  EXPECT_TRUE(holds("size(s) <> :1"));
  for (const std::string attribute : {"n", "t", "z", "absent"}) {
    EXPECT_FALSE(holds("size(" + attribute + ") = :1")) << attribute;
    EXPECT_FALSE(holds("size(" + attribute + ") >= :1")) << attribute;
  }
  EXPECT_FALSE(holds("size(s) = :a"));
}

TEST(ConditionTest, AnAbsentItemIsAnEmptyOne) {
  auto placeholders = placeholders_of(values);
  const auto condition = Condition::parse(ConditionKind::condition,
                                          "attribute_not_exists(pk) AND pk <> :a", placeholders);
  EXPECT_TRUE(condition.holds(MapView()));
}

TEST(ConditionErrorTest, RedundantParentheses) {
  const std::string redundant = prefix + "The expression has redundant parentheses;";
  EXPECT_EQ(error_of("((n=:1))"), redundant);
  EXPECT_EQ(error_of("((n))=:1"), redundant);
  EXPECT_EQ(error_of("n=((:1))"), redundant);
  EXPECT_EQ(error_of("n=:1 OR (((n=:2)))"), redundant);
  EXPECT_EQ(error_of("((n=:1) AND n=:2)"), "none");
  EXPECT_EQ(error_of("(n=:1)"), "none");
  EXPECT_EQ(error_of("((n)=:1)"), "none");
}

TEST(ConditionErrorTest, Functions) {
  const auto misplaced = [](const std::string& name) {
    return prefix +
           "The function is not allowed to be used this way in an expression; function: " + name;
  };
  EXPECT_EQ(error_of("dog(n)"), prefix + "Invalid function name; function: dog");
  EXPECT_EQ(error_of("n = dog(:1)"), prefix + "Invalid function name; function: dog");
  EXPECT_EQ(error_of("size(n)"), misplaced("size"));
  EXPECT_EQ(error_of("NOT size(n)"), misplaced("size"));
  EXPECT_EQ(error_of("attribute_exists(n) = :1"), misplaced("attribute_exists"));
  EXPECT_EQ(error_of("n IN (begins_with(s, :a))"), misplaced("begins_with"));
  EXPECT_EQ(error_of("contains(contains(s, :a), :a)"), misplaced("contains"));
  EXPECT_EQ(error_of("if_not_exists(n, :1)"), misplaced("if_not_exists"));
  EXPECT_EQ(error_of("list_append(n, n) = :1"), misplaced("list_append"));
}

TEST(ConditionErrorTest, OperandCounts) {
  const auto wrong = [](const std::string& name, int count) {
    return prefix +
           "Incorrect number of operands for operator or function; operator or function: " + name +
           ", number of operands: " + std::to_string(count);
  };
  EXPECT_EQ(error_of("size(s, n) = :1"), wrong("size", 2));
  EXPECT_EQ(error_of("attribute_exists(s, n)"), wrong("attribute_exists", 2));
  EXPECT_EQ(error_of("begins_with(s)"), wrong("begins_with", 1));
  EXPECT_EQ(error_of("contains(s, n, :1)"), wrong("contains", 3));
  std::string list = ":1";
  for (int i = 1; i < 99; ++i) list += ", :1";
  EXPECT_EQ(error_of("n IN (" + list + ")"), "none");
  // The operand before IN is counted with them.
  EXPECT_EQ(error_of("n IN (" + list + ", :1)"),
            prefix + "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(ConditionErrorTest, IdenticalOperands) {
  const auto identical = [](const std::string& operation, const std::string& path) {
    return prefix +
           "The first operand must be distinct from the remaining operands for this operator or "
           "function; operator: " +
           operation + ", first operand: " + path;
  };
  EXPECT_EQ(error_of("a = a"), identical("=", "[a]"));
  EXPECT_EQ(error_of("a.b[1] < a.b[1]"), identical("<", "[a, b, [1]]"));
  EXPECT_EQ(error_of("n <> #same"), identical("<>", "[n]"));
  EXPECT_EQ(error_of("contains(a, a)"), identical("contains", "[a]"));
  EXPECT_EQ(error_of("begins_with(a, a)"), identical("begins_with", "[a]"));
  EXPECT_EQ(error_of("a BETWEEN :1 AND a"), identical("BETWEEN", "[a]"));
  EXPECT_EQ(error_of("a.b = a.c"), "none");
  EXPECT_EQ(error_of("a[0] = a[1]"), "none");
}

TEST(ConditionErrorTest, OperandTypes) {
  const auto wrong = [](const std::string& name, const std::string& type) {
    return prefix +
           "Incorrect operand type for operator or function; operator or function: " + name +
           ", operand type: " + type;
  };
  EXPECT_EQ(error_of("begins_with(s, :1)"), wrong("begins_with", "N"));
  EXPECT_EQ(error_of("begins_with(:ss, s)"), wrong("begins_with", "SS"));
  EXPECT_EQ(error_of("begins_with(size(s), :a)"), wrong("begins_with", "N"));
  EXPECT_EQ(error_of("n < :true"), wrong("<", "BOOL"));
  EXPECT_EQ(error_of(":list >= n"), wrong(">=", "L"));
  EXPECT_EQ(error_of("n BETWEEN :null AND :1"), wrong("BETWEEN", "NULL"));
  EXPECT_EQ(error_of("size(:1) = :1"), wrong("size", "N"));
  EXPECT_EQ(error_of("size(:true) = :1"), wrong("size", "BOOL"));
  EXPECT_EQ(error_of("size(:null) = :1"), wrong("size", "NULL"));
  EXPECT_EQ(error_of("size(size(s)) = :1"), wrong("size", "N"));
  EXPECT_EQ(error_of("attribute_type(s, :1)"), wrong("attribute_type", "N"));
  EXPECT_EQ(error_of("attribute_type(s, n)"),
            wrong("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
  EXPECT_EQ(error_of("attribute_type(s, :dog)"),
            prefix +
                "Invalid attribute type name found; type: DOG, valid types: "
                "{B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  for (const std::string name : {"attribute_exists", "attribute_not_exists"}) {
    EXPECT_EQ(
        error_of(name + "(:1)"),
        prefix + "Operator or function requires a document path; operator or function: " + name);
  }
  EXPECT_EQ(error_of("n = :true AND n <> :list AND n IN (:map)"), "none");
}

TEST(ConditionErrorTest, BetweenBounds) {
  EXPECT_EQ(error_of("n BETWEEN :a AND :1"),
            prefix +
                "The BETWEEN operator requires same data type for lower and upper bounds; "
                "lower bound operand: AttributeValue: {S:a}, upper bound operand: "
                "AttributeValue: {N:1}");
  EXPECT_EQ(error_of("n BETWEEN :2 AND :1"),
            prefix +
                "The BETWEEN operator requires upper bound to be greater than or equal to "
                "lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: "
                "AttributeValue: {N:1}");
  EXPECT_EQ(error_of("n BETWEEN :bin2 AND :bin"),
            prefix +
                "The BETWEEN operator requires upper bound to be greater than or equal to "
                "lower bound; lower bound operand: AttributeValue: {B:bGw=}, upper bound "
                "operand: AttributeValue: {B:aGVsbG8=}");
  EXPECT_EQ(error_of("n BETWEEN :1 AND :1"), "none");
  EXPECT_EQ(error_of("n BETWEEN :1 AND s"), "none");
}

TEST(ConditionErrorTest, WhatIsToldFirst) {
  const auto starts = [](const std::string& text, const std::string& start) {
    EXPECT_THAT(error_of(text), testing::StartsWith(prefix + start)) << text;
  };
  starts("status = = ((n=:1)", "Syntax error");
  starts("dog(n) OR ((n=:1))", "The expression has redundant parentheses");
  starts("size(n) OR dog(n)", "Invalid function name");
  starts("status = :1 OR size(n)", "The function is not allowed");
  starts("n = :nope OR status = :1", "Attribute name is a reserved keyword");
  // Then condition by condition, in the order of the text.
  starts("n = n OR n = :nope", "The first operand must be distinct");
  starts("n = :nope OR n = n", "An expression attribute value");
  starts("begins_with(s, :1) OR size(s, n) = :1", "Incorrect operand type");
  starts("size(s, :nope) = :1", "An expression attribute value");
  starts("contains(n, n) OR size(n, n) = :1", "The first operand must be distinct");
  starts("begins_with(:1)", "Incorrect number of operands");
}

TEST(ConditionErrorTest, FiltersCallThemselvesSo) {
  auto placeholders = placeholders_of(values);
  EXPECT_EQ(refusal([&] { Condition::parse(ConditionKind::filter, "a = a", placeholders); }),
            "Invalid FilterExpression: The first operand must be distinct from the remaining "
            "operands for this operator or function; operator: =, first operand: [a]");
}

TEST(ConditionErrorTest, KeysHaveNoInside) {
  auto placeholders = placeholders_of(values);
  const auto into = [&](const std::string& text) {
    const auto condition = Condition::parse(ConditionKind::condition, text, placeholders);
    return refusal([&] { condition.require_scalar_key("pk"); });
  };
  const std::string scalar =
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
      "Key: pk";
  EXPECT_EQ(into("pk.x = :1"), scalar);
  EXPECT_EQ(into("n = :1 OR NOT (n = :2 AND attribute_exists(pk[0]))"), scalar);
  EXPECT_EQ(into("size(pk.x) > :1"), scalar);
  EXPECT_EQ(into("pk = :1 AND elsewhere.pk = :1"), "none");
}

}  // namespace
}  // namespace engine
