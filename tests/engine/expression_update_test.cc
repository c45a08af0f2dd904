#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "engine/expression/expression.h"
#include "engine/value/encoding.h"
#include "expression_fixture.h"

namespace engine {
namespace {

const std::string prefix = "Invalid UpdateExpression: ";

const std::string values = R"({
    ":1":{"N":"1"}, ":2":{"N":"2"}, ":big":{"N":"1e50"}, ":s":{"S":"s"}, ":b":{"B":"AA=="},
    ":t":{"BOOL":true}, ":z":{"NULL":true}, ":l":{"L":[{"N":"9"}]}, ":m":{"M":{"k":{"N":"1"}}},
    ":ss":{"SS":["a","b"]}, ":ss2":{"SS":["b","c"]}, ":ns":{"NS":["1"]}, ":bs":{"BS":["AA=="]}})";

const std::map<std::string, std::string> names = {{"#a", "a"}, {"#n", "name"}};

std::string error_of(const std::string& text) {
  auto placeholders = placeholders_of(values, names);
  return refusal([&] { Update::parse(text, placeholders); });
}

/// The item after the update, `nothing`, or the error. The key is `{"pk":{"S":"k"}}`.
std::string updated(const std::string& text, const std::string& item) {
  auto placeholders = placeholders_of(values, names);
  const auto update = Update::parse(text, placeholders);
  const Item key = item_of(R"({"pk":{"S":"k"}})");
  std::string result = "nothing";
  const auto error = refusal([&] {
    std::optional<Item> after;
    if (item.empty()) {
      after = update.apply(nullptr, key);
    } else {
      const Item before = item_of(item);
      const MapView view = before;
      after = update.apply(&view, key);
    }
    if (!after) return;
    EXPECT_TRUE(encoding::is_well_formed(after->bytes()));
    result = json_of(*after);
  });
  return error == "none" ? result : error;
}

const std::string no_attribute =
    "The provided expression refers to an attribute that does not exist in the item";
const std::string wrong_type = "An operand in the update expression has an incorrect data type";
const std::string wrong_path =
    "The document path provided in the update expression is invalid for update";

TEST(UpdateTest, SetWritesReplacesAndCopies) {
  EXPECT_EQ(updated("SET x = :1", R"({"pk":{"S":"k"}})"), R"({"pk":{"S":"k"},"x":{"N":"1"}})");
  EXPECT_EQ(updated("SET x = :s, b = :1", R"({"x":{"N":"1"},"z":{"N":"2"}})"),
            R"({"b":{"N":"1"},"x":{"S":"s"},"z":{"N":"2"}})");
  EXPECT_EQ(updated("SET b = #a", R"({"a":{"L":[]}})"), R"({"a":{"L":[]},"b":{"L":[]}})");
  EXPECT_EQ(updated("SET b = a.k", R"({"a":{"M":{"k":{"N":"7"}}}})"),
            R"({"a":{"M":{"k":{"N":"7"}}},"b":{"N":"7"}})");
  EXPECT_EQ(updated("SET x = (:1)", "{}"), R"({"x":{"N":"1"}})");
}

TEST(UpdateTest, EverythingReadsTheItemAsItWas) {
  EXPECT_EQ(updated("SET a = b, b = a", R"({"a":{"N":"1"},"b":{"N":"2"}})"),
            R"({"a":{"N":"2"},"b":{"N":"1"}})");
  EXPECT_EQ(updated("REMOVE a SET b = a", R"({"a":{"N":"1"}})"), R"({"b":{"N":"1"}})");
  EXPECT_EQ(updated("SET a = :1, b = a", "{}"), no_attribute);
}

TEST(UpdateTest, Arithmetic) {
  EXPECT_EQ(updated("SET a = a + :1", R"({"a":{"N":"1.5"}})"), R"({"a":{"N":"2.5"}})");
  EXPECT_EQ(updated("SET a = :1 - a", R"({"a":{"N":"3"}})"), R"({"a":{"N":"-2"}})");
  EXPECT_EQ(updated("SET a = (a + :1), b = (a) - (:2)", R"({"a":{"N":"1"}})"),
            R"({"a":{"N":"2"},"b":{"N":"-1"}})");
  EXPECT_EQ(updated("SET a = if_not_exists(a, :1) + if_not_exists(b, :2)", "{}"),
            R"({"a":{"N":"3"}})");
  EXPECT_EQ(updated("SET a = a + :1", R"({"a":{"S":"x"}})"), wrong_type);
  EXPECT_EQ(updated("SET a = a + :1", "{}"), no_attribute);
  EXPECT_EQ(updated("SET a = :big + :1", "{}"),
            "Number overflow. Attempting to store a number with magnitude larger than supported "
            "range");
}

TEST(UpdateTest, IfNotExistsAndListAppend) {
  EXPECT_EQ(updated("SET a = if_not_exists(a, :1)", R"({"a":{"S":"x"}})"), R"({"a":{"S":"x"}})");
  EXPECT_EQ(updated("SET a = if_not_exists(b, if_not_exists(c, :1))", "{}"), R"({"a":{"N":"1"}})");
  EXPECT_EQ(updated("SET a = if_not_exists(b, c)", "{}"), no_attribute);
  EXPECT_EQ(updated("SET a = list_append(a, :l)", R"({"a":{"L":[{"N":"1"}]}})"),
            R"({"a":{"L":[{"N":"1"},{"N":"9"}]}})");
  EXPECT_EQ(updated("SET a = list_append(:l, a)", R"({"a":{"L":[{"N":"1"}]}})"),
            R"({"a":{"L":[{"N":"9"},{"N":"1"}]}})");
  EXPECT_EQ(updated("SET a = list_append(if_not_exists(a, :l), :l)", "{}"),
            R"({"a":{"L":[{"N":"9"},{"N":"9"}]}})");
  EXPECT_EQ(updated("SET a = list_append(a, :l)", R"({"a":{"N":"1"}})"), wrong_type);
  EXPECT_EQ(updated("SET a = list_append(a, :l)", "{}"), no_attribute);
}

TEST(UpdateTest, PathsIntoMaps) {
  const std::string item = R"({"m":{"M":{"k":{"N":"1"},"n":{"M":{}}}}})";
  EXPECT_EQ(updated("SET m.j = :1, m.z = :2", item),
            R"({"m":{"M":{"j":{"N":"1"},"k":{"N":"1"},"n":{"M":{}},"z":{"N":"2"}}}})");
  EXPECT_EQ(updated("SET m.n.#n = :s", item),
            R"({"m":{"M":{"k":{"N":"1"},"n":{"M":{"name":{"S":"s"}}}}}})");
  EXPECT_EQ(updated("REMOVE m.k, m.n", item), R"({"m":{"M":{}}})");
  EXPECT_EQ(updated("REMOVE m.nope", item), item);
  EXPECT_EQ(updated("SET nope.k = :1", item), wrong_path);
  EXPECT_EQ(updated("SET m.nope.k = :1", item), wrong_path);
  EXPECT_EQ(updated("SET m.k.x = :1", item), wrong_path);
  EXPECT_EQ(updated("SET m[0] = :1", item), wrong_path);
  EXPECT_EQ(updated("REMOVE nope.k", item), wrong_path);
  EXPECT_EQ(updated("REMOVE m[0]", item), wrong_path);
  EXPECT_EQ(updated("ADD nope.k :1", item), wrong_path);
  EXPECT_EQ(updated("DELETE nope.k :ss", item), wrong_path);
}

TEST(UpdateTest, PathsIntoLists) {
  const std::string item = R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"M":{}}]}})";
  EXPECT_EQ(updated("SET l[1] = :s", item),
            R"({"l":{"L":[{"N":"0"},{"S":"s"},{"N":"2"},{"M":{}}]}})");
  EXPECT_EQ(updated("SET l[3].k = :1", item),
            R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"M":{"k":{"N":"1"}}}]}})");
  // Past the end: at the end, in the order of the indexes.
  EXPECT_EQ(
      updated("SET l[99] = :2, l[20] = :1, l[2147483647] = :s", item),
      R"({"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"M":{}},{"N":"1"},{"N":"2"},{"S":"s"}]}})");
  // Indexes are those of before.
  EXPECT_EQ(updated("REMOVE l[0], l[2] SET l[1] = :s", item),
            R"({"l":{"L":[{"S":"s"},{"M":{}}]}})");
  EXPECT_EQ(updated("REMOVE l[0], l[1], l[2], l[3]", item), R"({"l":{"L":[]}})");
  EXPECT_EQ(updated("REMOVE l[17]", item), item);
  EXPECT_EQ(updated("SET l[9].k = :1", item), wrong_path);
  EXPECT_EQ(updated("SET l.k = :1", item), wrong_path);
  EXPECT_EQ(updated("SET nope[0] = :1", item), wrong_path);
  EXPECT_EQ(updated("ADD l[0] :1, l[9] :2", item),
            R"({"l":{"L":[{"N":"1"},{"N":"1"},{"N":"2"},{"M":{}},{"N":"2"}]}})");
}

TEST(UpdateTest, AddSumsAndUnites) {
  EXPECT_EQ(updated("ADD a :1", R"({"a":{"N":"41"}})"), R"({"a":{"N":"42"}})");
  EXPECT_EQ(updated("ADD a :1", "{}"), R"({"a":{"N":"1"}})");
  EXPECT_EQ(updated("ADD a :ss2", R"({"a":{"SS":["a","b"]}})"), R"({"a":{"SS":["a","b","c"]}})");
  EXPECT_EQ(updated("ADD a :ns, b :bs", "{}"), R"({"a":{"NS":["1"]},"b":{"BS":["AA=="]}})");
  EXPECT_EQ(updated("ADD a :1", R"({"a":{"S":"x"}})"), wrong_type);
  EXPECT_EQ(updated("ADD a :ss", R"({"a":{"N":"1"}})"), wrong_type);
  EXPECT_EQ(updated("ADD a :ss", R"({"a":{"NS":["1"]}})"), wrong_type);
  EXPECT_EQ(updated("ADD a :ss", R"({"a":{"L":[]}})"), wrong_type);
}

TEST(UpdateTest, DeleteTakesElementsAway) {
  EXPECT_EQ(updated("DELETE a :ss", R"({"a":{"SS":["a","b","c"]}})"), R"({"a":{"SS":["c"]}})");
  EXPECT_EQ(updated("DELETE a :ss", R"({"a":{"SS":["z"]}})"), R"({"a":{"SS":["z"]}})");
  EXPECT_EQ(updated("DELETE a :ss", R"({"a":{"SS":["a"]},"b":{"N":"1"}})"), R"({"b":{"N":"1"}})");
  EXPECT_EQ(updated("DELETE a :ss", R"({"b":{"N":"1"}})"), R"({"b":{"N":"1"}})");
  EXPECT_EQ(updated("DELETE a :ss", R"({"a":{"NS":["1"]}})"), wrong_type);
  EXPECT_EQ(updated("DELETE a :ns", R"({"a":{"N":"1"}})"), wrong_type);
}

TEST(UpdateTest, MissingItems) {
  EXPECT_EQ(updated("SET a = :1", ""), R"({"a":{"N":"1"},"pk":{"S":"k"}})");
  EXPECT_EQ(updated("ADD a :1 REMOVE b", ""), R"({"a":{"N":"1"},"pk":{"S":"k"}})");
  EXPECT_EQ(updated("SET a = b", ""), no_attribute);
  // Its key is there already.
  EXPECT_EQ(updated("SET a = pk", ""), R"({"a":{"S":"k"},"pk":{"S":"k"}})");
  EXPECT_EQ(updated("SET a = if_not_exists(pk, :1)", ""), R"({"a":{"S":"k"},"pk":{"S":"k"}})");
  EXPECT_EQ(updated("SET a.b = :1", ""), wrong_path);
  EXPECT_EQ(updated("REMOVE a", ""), "nothing");
  EXPECT_EQ(updated("REMOVE a.b, c[0]", ""), "nothing");
  EXPECT_EQ(updated("DELETE a :ss", ""), "nothing");
}

TEST(UpdateTest, TheFirstProblemInTheTextIsTold) {
  EXPECT_EQ(updated("SET z = nope, a = z + :1", R"({"z":{"S":""}})"), no_attribute);
  EXPECT_EQ(updated("SET z = z + :1, a = nope", R"({"z":{"S":""}})"), wrong_type);
}

TEST(UpdateTest, ResultsNestNoDeeperThanItems) {
  // 31 levels of maps inside `m`; `:m` holds one more.
  std::string item = R"({"M":{}})";
  std::string path = "m";
  for (int level = 2; level <= 31; ++level) {
    item = R"({"M":{"k":)" + item + "}}";
    path += ".k";
  }
  item = R"({"m":)" + item + "}";
  EXPECT_THAT(updated("SET " + path + ".k = :1", item), testing::HasSubstr(R"("k":{"N":"1"})"));
  EXPECT_THAT(updated("SET " + path + ".k = :m", item),
              testing::StartsWith("Nesting Levels have exceeded supported limits"));
}

std::string targeted(const std::string& text, const std::string& item) {
  auto placeholders = placeholders_of(values, names);
  return json_of(Update::parse(text, placeholders).targeted(item_of(item)));
}

TEST(UpdateTest, TargetedPartsOfAnItem) {
  const std::string item =
      R"({"a":{"M":{"b":{"N":"1"},"c":{"N":"2"}}},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},)"
      R"("s":{"S":"x"},"z":{"N":"1"}})";
  EXPECT_EQ(targeted("SET s = :1 REMOVE z", item), R"({"s":{"S":"x"},"z":{"N":"1"}})");
  EXPECT_EQ(targeted("SET a.b = :1", item), R"({"a":{"M":{"b":{"N":"1"}}}})");
  EXPECT_EQ(targeted("REMOVE l[2], l[0]", item), R"({"l":{"L":[{"N":"0"},{"N":"2"}]}})");
  EXPECT_EQ(targeted("REMOVE nope, a.nope, l[7]", item), "{}");
}

TEST(UpdateErrorTest, Grammar) {
  for (const std::string bad : {"SET a = :1 + :2 + :1",
                                "SET a = (:1 + :2) + :1",
                                "SET a = list_append(:l, :1 + :2)",
                                "SET a",
                                "SET a =",
                                "SET = :1",
                                "SET a = :1,",
                                "SET :1 = :2",
                                "REMOVE a = :1",
                                "REMOVE :1",
                                "ADD a",
                                "ADD a b",
                                "ADD a = :1",
                                "ADD a (:1)",
                                "DELETE a",
                                "SET a == :1",
                                "SET a = :1 b = :2",
                                "a = :1",
                                "SET SET = :1",
                                "SET a = :1 REMOVE",
                                "SET a += :1",
                                "SET a = (:1",
                                "SET a = )",
                                "REMOVE a, REMOVE b",
                                "SET (a) = :1",
                                "SET a = b c"}) {
    EXPECT_THAT(error_of(bad), testing::StartsWith(prefix + "Syntax error")) << bad;
  }
  EXPECT_EQ(error_of("SET a = ((:1))"), prefix + "The expression has redundant parentheses;");
  EXPECT_EQ(error_of("SET a = ((:1 + :2))"), prefix + "The expression has redundant parentheses;");
  EXPECT_EQ(error_of("SET a = ((:1) + (b))"), "none");
  EXPECT_EQ(error_of("DELETE d :ss ADD c :1 REMOVE b SET a = :1"), "none");
}

TEST(UpdateErrorTest, SectionsOnce) {
  for (const std::string name : {"SET", "REMOVE", "ADD", "DELETE"}) {
    const std::string value = name == "SET"      ? " = :1"
                              : name == "ADD"    ? " :1"
                              : name == "DELETE" ? " :ss"
                                                 : "";
    const std::string text =
        name + " a" + value + (name == "SET" ? " REMOVE x " : " SET x = :1 ") + name + " b" + value;
    EXPECT_EQ(error_of(text), prefix + "The \"" + name +
                                  "\" section can only be used once in an update expression;");
  }
}

TEST(UpdateErrorTest, TargetsDoNotOverlapOrConflict) {
  EXPECT_EQ(error_of("SET a.b = :1 REMOVE #a"),
            prefix +
                "Two document paths overlap with each other; must remove or rewrite one of "
                "these paths; path one: [a, b], path two: [a]");
  EXPECT_EQ(error_of("SET a.b = :1 ADD a[0] :1"),
            prefix +
                "Two document paths conflict with each other; must remove or rewrite one of "
                "these paths; path one: [a, b], path two: [a, [0]]");
  EXPECT_EQ(error_of("SET a = b, b = a, c = a.b"), "none");
}

TEST(UpdateErrorTest, OperandsOfAddAndDelete) {
  const auto wrong = [](const std::string& operation, const std::string& type) {
    return prefix + "Incorrect operand type for operator or function; operator: " + operation +
           ", operand type: " + type;
  };
  EXPECT_EQ(error_of("ADD a :s"), wrong("ADD", "STRING"));
  EXPECT_EQ(error_of("ADD a :b"), wrong("ADD", "BINARY"));
  EXPECT_EQ(error_of("ADD a :t"), wrong("ADD", "BOOLEAN"));
  EXPECT_EQ(error_of("ADD a :z"), wrong("ADD", "NULL"));
  EXPECT_EQ(error_of("ADD a :l"), wrong("ADD", "LIST"));
  EXPECT_EQ(error_of("ADD a :m"), wrong("ADD", "MAP"));
  EXPECT_EQ(error_of("DELETE a :1"), wrong("DELETE", "NUMBER"));
  EXPECT_EQ(error_of("DELETE a :s"), wrong("DELETE", "STRING"));
  EXPECT_EQ(error_of("ADD a :1, b :ns, c :bs DELETE d :ss"), "none");
}

TEST(UpdateErrorTest, OperandsOfFunctionsAndSums) {
  const auto wrong = [](const std::string& operation, const std::string& type) {
    return prefix +
           "Incorrect operand type for operator or function; operator or function: " + operation +
           ", operand type: " + type;
  };
  EXPECT_EQ(error_of("SET a = b + :s"), wrong("+", "S"));
  EXPECT_EQ(error_of("SET a = :l - b"), wrong("-", "L"));
  EXPECT_EQ(error_of("SET a = list_append(b, :s)"), wrong("list_append", "S"));
  EXPECT_EQ(error_of("SET a = if_not_exists(:1, :2)"),
            prefix +
                "Operator or function requires a document path; operator or function: "
                "if_not_exists");
  EXPECT_EQ(error_of("SET a = if_not_exists(if_not_exists(a, :1), :2)"),
            prefix +
                "Operator or function requires a document path; operator or function: "
                "if_not_exists");
  EXPECT_EQ(error_of("SET a = list_append(b)"),
            prefix +
                "Incorrect number of operands for operator or function; operator or function: "
                "list_append, number of operands: 1");
  EXPECT_EQ(error_of("SET a = dog(b)"), prefix + "Invalid function name; function: dog");
  const auto misplaced = [](const std::string& name) {
    return prefix +
           "The function is not allowed to be used this way in an expression; function: " + name;
  };
  EXPECT_EQ(error_of("SET a = list_append(list_append(b, :l), :l)"), misplaced("list_append"));
  EXPECT_EQ(error_of("SET a = list_append(b, :l) + :1"), misplaced("list_append"));
  for (const std::string name : {"size", "attribute_exists", "attribute_not_exists",
                                 "attribute_type", "begins_with", "contains"}) {
    EXPECT_EQ(error_of("SET a = " + name + "(b)"),
              prefix + "The function is not allowed in an update expression; function: " + name);
  }
}

TEST(UpdateErrorTest, WhatIsToldFirst) {
  const auto starts = [](const std::string& text, const std::string& start) {
    EXPECT_THAT(error_of(text), testing::StartsWith(prefix + start)) << text;
  };
  starts("SET a = dog(status)", "Attribute name is a reserved keyword");
  starts("SET a = :1 REMOVE b SET c = dog(a)", "Invalid function name");
  starts("SET #nope = :1 REMOVE b SET c = :1", "The \"SET\" section");
  starts("SET a = :nope REMOVE #nope", "An expression attribute name");
  starts("SET a = :nope, a = :1", "An expression attribute value");
  starts("SET a.b = :1, a[0] = :1, c = :1, c = :2", "Two document paths overlap");
  starts("SET a.b = :1, a[0] = :1 ADD c :s", "Two document paths conflict");
  starts("SET a = :s + :1 ADD c :s",
         "Incorrect operand type for operator or function; operator: ADD");
}

TEST(UpdateErrorTest, KeysAreNotTargets) {
  auto placeholders = placeholders_of(values, names);
  const auto update = Update::parse("SET a = b.x REMOVE #n", placeholders);
  EXPECT_EQ(refusal([&] { update.require_not_target("a"); }),
            "One or more parameter values were invalid: Cannot update attribute a. This attribute "
            "is part of the key");
  EXPECT_NE(refusal([&] { update.require_not_target("name"); }), "none");
  EXPECT_EQ(refusal([&] { update.require_not_target("b"); }), "none");
  EXPECT_EQ(refusal([&] { update.require_scalar_key("b"); }),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: b");
  EXPECT_EQ(refusal([&] { update.require_scalar_key("b", KeyOwner::index); }),
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: IndexKey: b");
  EXPECT_EQ(refusal([&] { update.require_scalar_key("a"); }), "none");
  EXPECT_TRUE(update.targets("a"));
  EXPECT_TRUE(update.targets("name"));
  EXPECT_FALSE(update.targets("b"));
}

}  // namespace
}  // namespace engine
