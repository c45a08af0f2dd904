#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/partiql/parser.h"
#include "expression_fixture.h"

namespace engine::partiql {
namespace {

using testing::HasSubstr;

constexpr auto not_well_formed = "Statement wasn't well formed, can't be processed: ";

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

std::vector<Value> parameters_of(const std::string& json) {
  std::vector<Value> values;
  const Item item = item_of(R"({"all":{"L":)" + json + "}}");
  for (const auto& element : item.find("all")->list()) values.emplace_back(element);
  return values;
}

std::string refused(const std::string& text, const std::string& parameters = "[]") {
  return refusal([&] { parse(text, parameters_of(parameters)); });
}

std::string detail_of(const std::string& text) {
  const std::string message = refused(text);
  if (!message.starts_with(not_well_formed)) return message;
  return "malformed: " + message.substr(std::string(not_well_formed).size());
}

/// The item that an INSERT of `map` has.
std::string inserted(const std::string& map, const std::string& parameters = "[]") {
  const Tree tree = parse("INSERT INTO t VALUE " + map, parameters_of(parameters));
  return json_of(std::get<Insert>(tree).item);
}

bool holds(const std::string& condition, const std::string& item,
           const std::string& parameters = "[]") {
  Tree tree = parse("SELECT * FROM t WHERE " + condition, parameters_of(parameters));
  return Condition::of(*std::get<Select>(tree).where).holds(item_of(item));
}

std::string updated(const std::string& clauses, const std::string& item,
                    const std::string& parameters = "[]") {
  Tree tree = parse("UPDATE t " + clauses + " WHERE pk='a'", parameters_of(parameters));
  const Item old_item = item_of(item);
  const MapView view = old_item;
  return json_of(*engine::Update::of(std::get<Update>(tree).actions).apply(&view, item_of("{}")));
}

TEST(PartiqlParserTest, ReadsEveryKindOfValue) {
  EXPECT_EQ(inserted("{'s': 'it''s', 'e': '', 'n': -1.50, 'p': +2, 't': true, 'f': FALSE,"
                     " 'z': Null, 'l': [1, 'a', []], 'm': {'x': {}}, 'ss': <<'b', 'a'>>,"
                     " 'ns': <<2, 1.0>>}"),
            R"({"e":{"S":""},"f":{"BOOL":false},"l":{"L":[{"N":"1"},{"S":"a"},{"L":[]}]},)"
            R"("m":{"M":{"x":{"M":{}}}},"n":{"N":"-1.5"},"ns":{"NS":["1","2"]},"p":{"N":"2"},)"
            R"("s":{"S":"it's"},"ss":{"SS":["a","b"]},"t":{"BOOL":true},"z":{"NULL":true}})");
}

TEST(PartiqlParserTest, PutsParametersInTheirPlaces) {
  EXPECT_EQ(inserted("{'a': ?, 'l': [?, 2], 'b': <<?>>}",
                     R"([{"S": "?"}, {"M": {"x": {"N": "1"}}}, {"B": "AA=="}])"),
            R"({"a":{"S":"?"},"b":{"BS":["AA=="]},"l":{"L":[{"M":{"x":{"N":"1"}}},{"N":"2"}]}})");
  EXPECT_EQ(inserted("?", R"([{"M": {"pk": {"S": "a"}}}])"), R"({"pk":{"S":"a"}})");
  EXPECT_EQ(updated("SET a = ? SET b = b + ?", R"({"b": {"N": "1"}})", R"([{"N":"5"},{"N":"2"}])"),
            R"({"a":{"N":"5"},"b":{"N":"3"}})");
}

TEST(PartiqlParserTest, CountsParameters) {
  constexpr auto text = "Number of parameters in request and statement don't match.";
  EXPECT_EQ(refused("INSERT INTO t VALUE {'a': ?}"), text);
  EXPECT_EQ(refused("INSERT INTO t VALUE ?"), text);
  EXPECT_EQ(refused("INSERT INTO t VALUE {'a': 1}", R"([{"N": "1"}])"), text);
  EXPECT_EQ(refused("UPDATE t SET a = set_add(a, ?) WHERE pk = ?", R"([{"SS": ["x"]}])"), text);
  EXPECT_EQ(refused("SELECT * FROM t WHERE a BETWEEN ? AND ?", "[]"), text);
  // In text and comments it is no parameter.
  EXPECT_EQ(inserted("{'a': '?'} -- ?"), R"({"a":{"S":"?"}})");
}

TEST(PartiqlParserTest, TheLastOfEntriesWithOneNameCounts) {
  EXPECT_EQ(inserted("{'a': 1, 'a': 2}"), R"({"a":{"N":"2"}})");
}

TEST(PartiqlParserTest, RefusesValuesThatNoItemMayHold) {
  EXPECT_EQ(refused("INSERT INTO t VALUE {'a': <<>>}"), "Empty bags are not supported");
  EXPECT_EQ(refused("INSERT INTO t VALUE {'a': <<1, 'a'>>}"),
            "Bags must contain only strings, only numbers or only binary values");
  EXPECT_THAT(refused("INSERT INTO t VALUE {'a': <<[1]>>}"), HasSubstr("Bags must contain only"));
  EXPECT_THAT(refused("INSERT INTO t VALUE {'a': <<'x', 'y', 'x'>>}"),
              HasSubstr("Input collection"));
  EXPECT_THAT(refused("INSERT INTO t VALUE {'a': <<1, 1.0>>}"), HasSubstr("contains duplicates"));
  EXPECT_EQ(refused("INSERT INTO t VALUE {'': 1}"), "Empty attribute name");
  EXPECT_EQ(refused("UPDATE t SET a.\"\" = 1"), "Empty attribute name");
  EXPECT_EQ(refused("INSERT INTO t VALUE ?", R"([{"S": "a"}])"),
            "The VALUE of an INSERT statement must be a map");
}

TEST(PartiqlParserTest, NamesThePlaceOfABadNumber) {
  constexpr auto overflow =
      "Number overflow. Attempting to store a number with magnitude larger than supported range ";
  EXPECT_EQ(refused("SELECT * FROM t WHERE a = 1e999"), std::string(overflow) + "under root");
  EXPECT_EQ(refused("UPDATE t SET a = 1 SET b = [1e999]"), std::string(overflow) + "under root[0]");
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': 1e999}"), std::string(overflow) + "under root.x");
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': {'y': [1, {'z': <<1, -1e999>>}]}}"),
            std::string(overflow) + "under root.x.y[1].z[1]");
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': 1e-999}"),
            "Number underflow. Attempting to store a number with magnitude smaller than supported "
            "range under root.x");
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': 123456789012345678901234567890123456789}"),
            "Attempting to store more than 38 significant digits in a Number under root.x");
}

TEST(PartiqlParserTest, NestsAsDeepAsItemsMay) {
  const auto lists = [](int count) { return times(count, "[") + "1" + times(count, "]"); };
  const auto maps = [](int count) { return times(count, "{'a':") + "1" + times(count, "}"); };
  const auto parameter = [](int count) {
    return "[" + times(count, R"({"L":[)") + R"({"N":"1"})" + times(count, "]}") + "]";
  };
  constexpr auto too_deep = "Nesting Levels have exceeded supported limits";
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': " + lists(31) + "}"), "none");
  EXPECT_THAT(refused("INSERT INTO t VALUE {'x': " + lists(32) + "}"), HasSubstr(too_deep));
  EXPECT_EQ(refused("INSERT INTO t VALUE " + maps(32)), "none");
  EXPECT_THAT(refused("INSERT INTO t VALUE " + maps(33)), HasSubstr(too_deep));
  EXPECT_EQ(refused("SELECT * FROM t WHERE a = " + lists(31)), "none");
  EXPECT_THAT(refused("SELECT * FROM t WHERE a = " + lists(32)), HasSubstr(too_deep));
  // A parameter counts with what is around it.
  EXPECT_EQ(refused("INSERT INTO t VALUE {'x': [?]}", parameter(29)), "none");
  EXPECT_THAT(refused("INSERT INTO t VALUE {'x': [[?]]}", parameter(30)), HasSubstr(too_deep));
  EXPECT_THAT(refused("INSERT INTO t VALUE {'x': " + times(4000, "[") + "}"), HasSubstr(too_deep));
  EXPECT_THAT(refused("INSERT INTO t VALUE {'x': " + times(4000, "<<")), HasSubstr("well formed"));
}

TEST(PartiqlParserTest, UnderstandsComparisons) {
  const std::string item = R"({"a": {"N": "5"}, "s": {"S": "abc"}, "z": {"NULL": true},
                               "l": {"L": [{"N": "1"}, {"M": {"x": {"S": "y"}}}]}})";
  for (const auto* condition : {"a = 5",
                                "5 = a",
                                "a <> 6",
                                "a != 6",
                                "a < 6",
                                "a <= 5",
                                "a > 4",
                                "a >= 5",
                                "(a) = (5)",
                                "a BETWEEN 5 AND 6",
                                "a between 4 and 5",
                                "a IN (1, 5)",
                                "a IN [5]",
                                "a NOT IN [4, 6]",
                                "a NOT BETWEEN 6 AND 7",
                                "NOT a = 6",
                                "not not a = 5",
                                "a = 5 AND s = 'abc'",
                                "a = 6 OR s = 'abc'",
                                "a = 6 AND s = 'x' OR a = 5",
                                "(a = 5 OR a = 6) AND s = 'abc'",
                                "l[0] = 1",
                                "l[1].x = 'y'",
                                "l[1]['x'] = 'y'",
                                "\"a\" = 5",
                                "z = null",
                                "l[0] < a"}) {
    EXPECT_TRUE(holds(condition, item)) << condition;
    EXPECT_FALSE(holds("NOT (" + std::string(condition) + ")", item)) << condition;
  }
}

TEST(PartiqlParserTest, UnderstandsMissingAndNull) {
  const std::string item = R"({"z": {"NULL": true}, "a": {"N": "1"}})";
  for (const auto* condition :
       {"b IS MISSING", "a IS NOT MISSING", "z is null", "a IS NOT NULL", "b IS NOT NULL",
        "z IS NOT MISSING", "b = MISSING", "a <> MISSING", "missing(b)", "NOT b = 1"}) {
    EXPECT_TRUE(holds(condition, item)) << condition;
  }
  for (const auto* condition :
       {"a IS MISSING", "b IS NOT MISSING", "a IS NULL", "b IS NULL", "z IS MISSING", "b <> 1",
        "b != a", "a <> b", "b = null", "NOT missing(b)"}) {
    EXPECT_FALSE(holds(condition, item)) << condition;
  }
}

TEST(PartiqlParserTest, UnderstandsFunctionsInAnyCase) {
  const std::string item = R"({"s": {"S": "abc"}, "ss": {"SS": ["x", "y"]}})";
  for (const auto* condition :
       {"begins_with(s, 'ab')", "BEGINS_WITH(\"s\", 'ab')", "contains(ss, 'x')",
        "Contains(s, 'bc')", "size(s) = 3", "2 <= SIZE(ss)", "attribute_type(s, 'S')",
        "attribute_exists(s)", "attribute_not_exists(t)", "Attribute_Exists(s) AND missing(t)"}) {
    EXPECT_TRUE(holds(condition, item)) << condition;
  }
}

TEST(PartiqlParserTest, ReservedWordsAreNames) {
  const std::string item = R"({"status": {"N": "1"}, "value": {"N": "2"}, "order": {"N": "3"}})";
  EXPECT_TRUE(holds("status = 1 AND value = 2 AND \"order\" = 3", item));
  EXPECT_TRUE(holds("order = 3", item));
  EXPECT_EQ(updated("SET name = 1 SET \"set\" = 2 SET m.null = 3", R"({"m": {"M": {}}})"),
            R"({"m":{"M":{"null":{"N":"3"}}},"name":{"N":"1"},"set":{"N":"2"}})");
}

TEST(PartiqlParserTest, UnderstandsUpdates) {
  const std::string item =
      R"({"n": {"N": "5"}, "l": {"L": [{"N": "1"}]}, "ss": {"SS": ["a", "b"]}})";
  EXPECT_EQ(updated("SET n = n + 1 REMOVE l", item), R"({"n":{"N":"6"},"ss":{"SS":["a","b"]}})");
  EXPECT_EQ(updated("REMOVE l, ss SET n = 2 - n, x = 'y'", item),
            R"({"n":{"N":"-3"},"x":{"S":"y"}})");
  EXPECT_EQ(updated("SET l = list_append(l, [2]) REMOVE ss", item),
            R"({"l":{"L":[{"N":"1"},{"N":"2"}]},"n":{"N":"5"}})");
  EXPECT_EQ(updated("SET ss = set_add(ss, <<'b', 'c'>>) REMOVE l", item),
            R"({"n":{"N":"5"},"ss":{"SS":["a","b","c"]}})");
  EXPECT_EQ(updated("SET ss = SET_DELETE(ss, <<'b'>>) REMOVE l", item),
            R"({"n":{"N":"5"},"ss":{"SS":["a"]}})");
  EXPECT_EQ(updated("SET n = (n + (2)) SET l[0] = (n)", item),
            R"({"l":{"L":[{"N":"5"}]},"n":{"N":"7"},"ss":{"SS":["a","b"]}})");
  EXPECT_EQ(updated("SET n = (n)-1 REMOVE l REMOVE ss", item), R"({"n":{"N":"4"}})");
}

TEST(PartiqlParserTest, RefusesUpdatesThatMakeNoSense) {
  EXPECT_THAT(refused("UPDATE t SET a = 1 SET a.b = 2"), HasSubstr("Two document paths overlap"));
  EXPECT_THAT(refused("UPDATE t SET a.b = 1 REMOVE a[1]"),
              HasSubstr("Two document paths conflict"));
  EXPECT_EQ(refused("UPDATE t SET a = a + 'x'"),
            "Incorrect operand type for operator or function; operator or function: +, operand "
            "type: S");
  EXPECT_THAT(refused("UPDATE t SET a = list_append(a, 1)"), HasSubstr("function: list_append"));
  EXPECT_THAT(refused("UPDATE t SET a = size(b)"), HasSubstr("function: size"));
  EXPECT_EQ(refused("UPDATE t SET a = if_not_exists(a, 1)"),
            "Unrecognized function: if_not_exists at 1:18:13");
}

TEST(PartiqlParserTest, SetFunctionsWantTheirTargetAndASet) {
  EXPECT_EQ(refused("UPDATE t SET a = set_add(b, <<1>>)"),
            "The first argument to SET_ADD must equal the assignment value at 1:26:1");
  EXPECT_EQ(refused("UPDATE t SET a = set_delete(a, 1)"),
            "The second argument to SET_DELETE must be a value with type SET at 1:32:1");
  EXPECT_EQ(refused("UPDATE t SET a = set_add(a, b)"),
            "The second argument to SET_ADD must be a value with type SET at 1:29:1");
  EXPECT_EQ(refused("UPDATE t SET a = set_add(a)"),
            "SET_ADD must have exactly two arguments at 1:18:7");
  EXPECT_EQ(refused("UPDATE t SET a = set_add()"),
            "SET_ADD must have exactly two arguments at 1:18:7");
  EXPECT_EQ(refused("UPDATE t SET a = set_delete(a, <<1>>, <<2>>)"),
            "SET_DELETE must have exactly two arguments at 1:18:10");
}

TEST(PartiqlParserTest, RefusesConditionsThatMakeNoSense) {
  const auto where = [](const std::string& condition) {
    return refused("SELECT * FROM t WHERE " + condition);
  };
  EXPECT_EQ(where("begins_with(a, 1)"),
            "Incorrect operand type for operator or function; operator or function: begins_with, "
            "operand type: N");
  EXPECT_EQ(where("attribute_exists(1)"),
            "Operator or function requires a document path; operator or function: "
            "attribute_exists");
  EXPECT_EQ(where("a < true"),
            "Incorrect operand type for operator or function; operator or function: <, operand "
            "type: BOOL");
  EXPECT_THAT(where("a BETWEEN 2 AND 1"), HasSubstr("The BETWEEN operator requires upper bound"));
  EXPECT_THAT(where("size(a, b) = 1"), HasSubstr("Incorrect number of operands"));
  EXPECT_THAT(where("contains()"), HasSubstr("Incorrect number of operands"));
  EXPECT_THAT(where("size(a)"), HasSubstr("not allowed to be used this way"));
  EXPECT_THAT(where("list_append(a, b) = 1"), HasSubstr("not allowed to be used this way"));
  EXPECT_EQ(where("a = dog(1)"), "Unrecognized function: dog at 1:27:3");
  EXPECT_EQ(where("\n  a = dog(1)"), "Unrecognized function: dog at 2:7:3");
}

TEST(PartiqlParserTest, LimitsOperatorsPathsAndIndexes) {
  const auto where = [](const std::string& condition) {
    return refused("SELECT * FROM t WHERE " + condition);
  };
  // A comparison each, and what joins them.
  EXPECT_EQ(where("NOT a=1" + times(149, " OR a=1")), "none");
  EXPECT_EQ(where("a=1" + times(150, " OR a=1")),
            "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(where("a" + times(31, ".a") + " = 1"), "none");
  EXPECT_EQ(where("a" + times(32, ".a") + " = 1"),
            "The document path has too many nesting levels; nesting levels: 33");
  EXPECT_EQ(where("a[2147483647] = 1"), "none");
  EXPECT_EQ(where("a[2147483648] = 1"),
            "List index is not within the allowable range; index: [2147483648]");
  EXPECT_EQ(where("a[99999999999999999999] = 1"),
            "List index is not within the allowable range; index: [99999999999999999999]");
}

TEST(PartiqlParserTest, ParenthesesDoNotExhaustTheStack) {
  const auto where = [](const std::string& condition) {
    return refused("SELECT * FROM t WHERE " + condition);
  };
  EXPECT_EQ(where(times(300, "(") + "a = 1" + times(300, ")")), "none");
  EXPECT_EQ(where(times(300, "(") + "a" + times(300, ")") + " = 1"), "none");
  EXPECT_THAT(where(times(4000, "(") + "a = 1" + times(4000, ")")), HasSubstr(not_well_formed));
  EXPECT_THAT(where("a = " + times(4000, "(") + "1" + times(4000, ")")),
              HasSubstr(not_well_formed));
  EXPECT_THAT(where("a = " + times(1500, "size(") + "b" + times(1500, ")")),
              HasSubstr(not_well_formed));
  EXPECT_THAT(where(times(2000, "NOT ") + "a = 1"), HasSubstr("too many operators"));
  EXPECT_THAT(refused("UPDATE t SET a = " + times(4000, "(") + "1" + times(4000, ")")),
              HasSubstr(not_well_formed));
}

TEST(PartiqlParserTest, SaysWhatIsNotWellFormed) {
  for (const auto* text :
       {"SELECT * FROM t WHERE a = 1 b", "INSERT INTO t VALUE {} {}", "SELECT * FROM t)",
        "DELETE FROM t WHERE a = 1 + 2", "HELLO WORLD", "1 2", "SELECT * FROM t; SELECT * FROM t",
        "INSERT INTO t VALUE {} RETURNING ALL OLD *", "SELECT * FROM t WHERE a = 1 = 1",
        "SELECT * FROM t /* c"}) {
    EXPECT_EQ(detail_of(text), "malformed: Unexpected token after expression") << text;
  }
  for (const auto* text : {"UPDATE t", "UPDATE t WHERE a = 1", "UPDATE t RETURNING ALL OLD *"}) {
    EXPECT_EQ(detail_of(text), "malformed: Expected data manipulation") << text;
  }
  for (const auto* text : {"UPDATE t SET a.1 = 1", "UPDATE t SET a. = 1", "UPDATE t SET a.* = 1",
                           "SELECT * FROM t WHERE a.'b' = 1", "SELECT a.5 FROM t"}) {
    EXPECT_EQ(detail_of(text), "malformed: Invalid path dot component") << text;
  }
  for (const auto* text : {"",
                           ";",
                           "SELECT",
                           "SELECT *",
                           "SELECT FROM t",
                           "SELECT * FROM",
                           "SELECT * FROM 't'",
                           "SELECT * FROM t WHERE",
                           "SELECT * FROM t WHERE a",
                           "SELECT * FROM t WHERE a =",
                           "SELECT * FROM t WHERE a = 'x",
                           "SELECT * FROM t WHERE a IS 1",
                           "SELECT * FROM t WHERE a BETWEEN 1",
                           "SELECT * FROM t WHERE a IN ()",
                           "SELECT * FROM t WHERE (a = 1",
                           "SELECT * FROM t ORDER a",
                           "INSERT t VALUE {}",
                           "INSERT INTO t VALUE",
                           "INSERT INTO t VALUE 1",
                           "INSERT INTO t VALUE {a: 1}",
                           "INSERT INTO t VALUE {'a' 1}",
                           "INSERT INTO t VALUE {'a': 1,}",
                           "INSERT INTO t VALUE {'a': }",
                           "INSERT INTO t VALUE {'a': b}",
                           "UPDATE SET a = 1",
                           "UPDATE t SET",
                           "UPDATE t SET a",
                           "UPDATE t SET a = ",
                           "UPDATE t SET a = 1,",
                           "UPDATE t SET a[?] = 1",
                           "UPDATE t SET a[1.5] = 1",
                           "UPDATE t SET a[-1] = 1",
                           "UPDATE t SET a = 1 RETURNING",
                           "UPDATE t SET a = 1 RETURNING ALL *",
                           "UPDATE t SET a = 1 RETURNING ALL OLD a",
                           "UPDATE t SET a = - - 1",
                           "DELETE t",
                           "DELETE FROM t WHERE a = `x`",
                           "EXISTS(SELECT * FROM t",
                           "EXISTS(DELETE FROM t)",
                           "foo",
                           "SELECT * FROM t AS"}) {
    EXPECT_EQ(detail_of(text), "malformed: ") << text;
  }
}

TEST(PartiqlParserTest, OneSemicolonMayEndAStatement) {
  EXPECT_EQ(refused("DELETE FROM t WHERE a = 1;"), "none");
  EXPECT_EQ(detail_of("DELETE FROM t WHERE a = 1;;"),
            "malformed: Unexpected token after expression");
}

TEST(PartiqlParserTest, RefusesWhatIsNotSupported) {
  for (const auto* text :
       {"SELECT * FROM t AS x", "SELECT * FROM t x WHERE a = 1", "UPDATE t AS x SET a = 1",
        "DELETE FROM \"t\" \"x\" WHERE a = 1", "INSERT INTO t AS x VALUE {}"}) {
    EXPECT_EQ(refused(text), "Aliasing is not supported") << text;
  }
  EXPECT_EQ(refused("SELECT COUNT(*) FROM t"), "Unexpected path component at 1:8:5");
  EXPECT_EQ(refused("SELECT a, size(b) FROM t"), "Unexpected path component at 1:11:4");
  EXPECT_EQ(refused("SELECT * FROM a.b.c"),
            "A path may contain at most 2 components in the FROM clause");
  EXPECT_EQ(refused("SELECT * FROM \"\""), "Path component cannot be an empty string");
  EXPECT_EQ(refused("SELECT * FROM t.\"\""), "Path component cannot be an empty string");
  for (const auto* text : {"INSERT INTO t.i VALUE {}", "UPDATE t.i SET a = 1", "DELETE FROM t.i"}) {
    EXPECT_EQ(refused(text), "This operation is not supported on an index") << text;
  }
  for (const auto* returning : {"MODIFIED OLD *", "ALL NEW *", "MODIFIED NEW *"}) {
    EXPECT_EQ(refused(std::string("DELETE FROM t RETURNING ") + returning),
              std::string("Invalid returning clause: RETURNING ") + returning +
                  ". Only RETURNING ALL OLD * is allowed in DELETE statements.");
  }
  // What is no statement at all is told first.
  EXPECT_EQ(detail_of("SELECT COUNT(*) FROM t AS x WHERE"), "malformed: ");
}

TEST(PartiqlParserTest, ReadsTheWholeOfASelect) {
  const Tree tree = parse("select a, \"b c\".d[1] from \"t-1\".\"i\" order by a desc, b", {});
  const auto& select = std::get<Select>(tree);
  EXPECT_EQ(select.from.table, "t-1");
  EXPECT_EQ(select.from.index, "i");
  ASSERT_EQ(select.projection.size(), 2);
  EXPECT_EQ(path_text(select.projection[1]), "[b c, d, [1]]");
  EXPECT_FALSE(select.where.has_value());
  ASSERT_EQ(select.order_by.size(), 2);
  EXPECT_TRUE(select.order_by[0].is_descending);
  EXPECT_FALSE(select.order_by[1].is_descending);
}

}  // namespace
}  // namespace engine::partiql
