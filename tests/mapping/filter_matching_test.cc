// What a pattern matches, on documents of any kind: event-source-mapping.md 6.2 to 6.4.

#include <gmock/gmock.h>

#include "tests/mapping/filter_fixture.h"

namespace mapping {
namespace {

bool matches(const std::string& pattern, const std::string& document) {
  return criteria({pattern}).admits_document(nlohmann::json::parse(document));
}

/// Matchers for the field `f`, and the document around its value.
bool leaf_matches(const std::string& matchers, const std::string& document) {
  return matches(R"({"f":)" + matchers + "}", document);
}

struct Row {
  const char* matchers;
  const char* document;
  bool is_match;
};

void expect_rows(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    EXPECT_EQ(leaf_matches(row.matchers, row.document), row.is_match)
        << row.matchers << " on " << row.document;
  }
}

TEST(FilterMatchingTest, TextIsEqualExactly) {
  expect_rows({{R"(["a"])", R"({"f":"a"})", true},
               {R"(["a"])", R"({"f":"A"})", false},
               {R"(["a"])", R"({"f":["x","a"]})", true},
               {R"(["a"])", R"({"f":["x","y"]})", false},
               {R"(["a","b"])", R"({"f":"b"})", true},
               {R"(["a"])", "{}", false},
               {R"(["a"])", R"({"g":"a"})", false},
               {R"([""])", R"({"f":""})", true},
               {R"([""])", R"({"f":null})", false},
               {R"([""])", "{}", false}});
}

TEST(FilterMatchingTest, NullTrueAndFalseAreThemselves) {
  expect_rows({{"[null]", R"({"f":null})", true},
               {"[null]", R"({"f":"null"})", false},
               {"[null]", R"({"f":""})", false},
               {"[null]", "{}", false},
               {"[null]", R"({"f":[]})", false},
               {"[true]", R"({"f":true})", true},
               {"[true]", R"({"f":"true"})", false},
               {"[true]", R"({"f":false})", false},
               {"[false]", R"({"f":false})", true},
               {"[true]", R"({"f":1})", false}});
}

TEST(FilterMatchingTest, NumbersAreEqualByValueAndNeverText) {
  expect_rows({{"[300]", R"({"f":300})", true},
               {"[300]", R"({"f":300.0})", true},
               {"[300]", R"({"f":3.0e2})", true},
               {"[300]", R"({"f":"300"})", false},
               {R"(["300"])", R"({"f":300})", false},
               {"[0.5]", R"({"f":5e-1})", true},
               {"[9007199254740993]", R"({"f":9007199254740993})", true},
               {"[9007199254740993]", R"({"f":9007199254740992})", false}});
}

TEST(FilterMatchingTest, NumericComparesNumbersOnly) {
  expect_rows({{R"([{"numeric":["=",300]}])", R"({"f":300})", true},
               {R"([{"numeric":["=",300]}])", R"({"f":300.0})", true},
               {R"([{"numeric":["=",300]}])", R"({"f":3.0e2})", true},
               {R"([{"numeric":["=",300]}])", R"({"f":301})", false},
               {R"([{"numeric":[">",100]}])", R"({"f":101.0})", true},
               {R"([{"numeric":[">",100]}])", R"({"f":100})", false},
               {R"([{"numeric":[">",100]}])", R"({"f":"300"})", false},
               {R"([{"numeric":[">",100]}])", R"({"f":null})", false},
               {R"([{"numeric":[">",100]}])", "{}", false},
               {R"([{"numeric":["<",100]}])", R"({"f":99})", true},
               {R"([{"numeric":["<=",100]}])", R"({"f":100})", true},
               {R"([{"numeric":["<=",100]}])", R"({"f":100.5})", false},
               {R"([{"numeric":[">=",100,"<",200]}])", R"({"f":100})", true},
               {R"([{"numeric":[">=",100,"<",200]}])", R"({"f":199})", true},
               {R"([{"numeric":[">=",100,"<",200]}])", R"({"f":200})", false},
               {R"([{"numeric":[">",100,"<=",200]}])", R"({"f":100})", false},
               {R"([{"numeric":[">",100,"<=",200]}])", R"({"f":200})", true}});
}

TEST(FilterMatchingTest, ExistsLooksAtLeavesOnly) {
  expect_rows({{R"([{"exists":true}])", R"({"f":"x"})", true},
               {R"([{"exists":true}])", R"({"f":0})", true},
               {R"([{"exists":true}])", R"({"f":false})", true},
               {R"([{"exists":true}])", R"({"f":null})", true},
               {R"([{"exists":true}])", R"({"f":""})", true},
               {R"([{"exists":true}])", R"({"f":["x"]})", true},
               {R"([{"exists":true}])", "{}", false},
               {R"([{"exists":true}])", R"({"f":[]})", false},
               {R"([{"exists":true}])", R"({"f":{"g":1}})", false},
               {R"([{"exists":false}])", "{}", true},
               {R"([{"exists":false}])", R"({"f":{"g":1}})", true},
               {R"([{"exists":false}])", R"({"f":[]})", true},
               {R"([{"exists":false}])", R"({"f":null})", false},
               {R"([{"exists":false}])", R"({"f":"x"})", false}});
}

TEST(FilterMatchingTest, AnythingButTakesWhatIsThere) {
  expect_rows({{R"([{"anything-but":"a"}])", R"({"f":"b"})", true},
               {R"([{"anything-but":"a"}])", R"({"f":null})", true},
               {R"([{"anything-but":"a"}])", R"({"f":5})", true},
               {R"([{"anything-but":"a"}])", R"({"f":"a"})", false},
               {R"([{"anything-but":"a"}])", "{}", false},
               {R"([{"anything-but":"a"}])", R"({"f":{"g":"b"}})", false},
               {R"([{"anything-but":["a","b"]}])", R"({"f":"c"})", true},
               {R"([{"anything-but":["a","b"]}])", R"({"f":"b"})", false},
               {R"([{"anything-but":["a","b"]}])", R"({"f":["a","c"]})", true},
               {R"([{"anything-but":5}])", R"({"f":5.0})", false},
               {R"([{"anything-but":5}])", R"({"f":"5"})", true},
               {R"([{"anything-but":[5,6]}])", R"({"f":6})", false},
               {R"([{"anything-but":{"prefix":"x"}}])", R"({"f":7})", true},
               {R"([{"anything-but":{"prefix":"x"}}])", R"({"f":"xy"})", false},
               {R"([{"anything-but":{"prefix":["x","y"]}}])", R"({"f":"yz"})", false},
               {R"([{"anything-but":{"suffix":".png"}}])", R"({"f":"a.gif"})", true},
               {R"([{"anything-but":{"suffix":".png"}}])", R"({"f":"a.png"})", false},
               {R"([{"anything-but":{"equals-ignore-case":["AB","c"]}}])", R"({"f":"ab"})", false},
               {R"([{"anything-but":{"wildcard":"a*z"}}])", R"({"f":"abz"})", false},
               {R"([{"anything-but":{"wildcard":"a*z"}}])", R"({"f":"aby"})", true}});
}

TEST(FilterMatchingTest, PrefixAndSuffixAreOfText) {
  expect_rows({{R"([{"prefix":""}])", R"({"f":"any"})", true},
               {R"([{"suffix":""}])", R"({"f":""})", true},
               {R"([{"prefix":""}])", R"({"f":1})", false},
               {R"([{"prefix":"us-1"}])", R"({"f":"us-1-x"})", true},
               {R"([{"prefix":"us-1"}])", R"({"f":"x"})", false},
               {R"([{"prefix":"1"}])", R"({"f":12})", false},
               {R"([{"prefix":{"equals-ignore-case":"US"}}])", R"({"f":"us-1"})", true},
               {R"([{"suffix":".png"}])", R"({"f":"a.png"})", true},
               {R"([{"suffix":".png"}])", R"({"f":"a.PNG"})", false},
               {R"([{"suffix":{"equals-ignore-case":".png"}}])", R"({"f":"a.PNG"})", true}});
}

TEST(FilterMatchingTest, EqualsIgnoreCaseFoldsEveryScriptWithCase) {
  expect_rows({{R"([{"equals-ignore-case":"AbC"}])", R"({"f":"abc"})", true},
               {R"([{"equals-ignore-case":"AbC"}])", R"({"f":"abd"})", false},
               {R"([{"equals-ignore-case":""}])", R"({"f":""})", true},
               {R"([{"equals-ignore-case":""}])", R"({"f":"x"})", false},
               {R"([{"equals-ignore-case":"1"}])", R"({"f":1})", false},
               {R"([{"equals-ignore-case":"ÉŁŽΣЖЁ"}])", R"({"f":"éłžσжё"})", true},
               {R"([{"equals-ignore-case":"×"}])", R"({"f":"÷"})", false}});
}

TEST(FilterMatchingTest, WildcardsStandForAnyText) {
  expect_rows({{R"([{"wildcard":"a*b*c"}])", R"({"f":"a--b-bc"})", true},
               {R"([{"wildcard":"a*b*c"}])", R"({"f":"abc"})", true},
               {R"([{"wildcard":"a*b*c"}])", R"({"f":"acb"})", false},
               {R"([{"wildcard":"*"}])", R"({"f":""})", true},
               {R"([{"wildcard":"a"}])", R"({"f":"ab"})", false},
               {R"([{"wildcard":"a\\*"}])", R"({"f":"a*"})", true},
               {R"([{"wildcard":"a\\*"}])", R"({"f":"ab"})", false},
               {R"([{"wildcard":"a\\\\*"}])", R"({"f":"a\\b"})", true}});
}

TEST(FilterMatchingTest, CidrIsOfAddresses) {
  expect_rows({{R"([{"cidr":"10.0.0.0/24"}])", R"({"f":"10.0.0.255"})", true},
               {R"([{"cidr":"10.0.0.0/24"}])", R"({"f":"10.0.1.0"})", false},
               {R"([{"cidr":"10.0.0.128/25"}])", R"({"f":"10.0.0.127"})", false},
               {R"([{"cidr":"0.0.0.0/0"}])", R"({"f":"1.2.3.4"})", true},
               {R"([{"cidr":"2001:db8::/32"}])", R"({"f":"2001:db8::7"})", true},
               {R"([{"cidr":"2001:db8::/32"}])", R"({"f":"10.0.0.1"})", false},
               {R"([{"cidr":"10.0.0.0/24"}])", R"({"f":"here"})", false}});
}

TEST(FilterMatchingTest, AValueOrNothingAtAll) {
  const auto pattern = R"({"a":{"f":[{"anything-but":["r"]},{"exists":false}]}})";
  EXPECT_TRUE(matches(pattern, "{}"));
  EXPECT_TRUE(matches(pattern, R"({"a":{}})"));
  EXPECT_TRUE(matches(pattern, R"({"a":{"f":"x"}})"));
  EXPECT_TRUE(matches(pattern, R"({"a":"scalar"})"));
  EXPECT_FALSE(matches(pattern, R"({"a":{"f":"r"}})"));
}

TEST(FilterMatchingTest, EveryFieldIsRequiredAndOthersAreIgnored) {
  EXPECT_TRUE(matches(R"({"a":[1],"b":{"c":[2]}})", R"({"a":1,"b":{"c":2,"d":3},"e":4})"));
  EXPECT_FALSE(matches(R"({"a":[1],"b":{"c":[2]}})", R"({"a":1,"b":{"c":3}})"));
  EXPECT_FALSE(matches(R"({"a":[1],"b":{"c":[2]}})", R"({"a":1})"));
  EXPECT_FALSE(matches(R"({"a":[1]})", R"({"A":1})"));
}

TEST(FilterMatchingTest, TheElementsOfAnArrayAreAlternatives) {
  EXPECT_TRUE(matches(R"({"a":{"b":[1]}})", R"({"a":[{"b":2},{"b":1}]})"));
  EXPECT_FALSE(matches(R"({"a":{"b":[1]}})", R"({"a":[{"b":2},{"c":1}]})"));
  // Nested arrays are as one.
  EXPECT_TRUE(matches(R"({"a":["x"]})", R"({"a":[[["x"]],"y"]})"));
  EXPECT_TRUE(matches(R"({"a":{"b":[1]}})", R"({"a":[[{"b":1}],[]]})"));
}

TEST(FilterMatchingTest, OneElementMeetsAllFieldsOfAPatternObject) {
  const auto pattern = R"({"a":{"b":[1],"c":[2]}})";
  EXPECT_TRUE(matches(pattern, R"({"a":[{"b":1,"c":2},{"b":0}]})"));
  EXPECT_FALSE(matches(pattern, R"({"a":[{"b":1},{"c":2}]})"));
  // Through arrays within arrays, too.
  EXPECT_FALSE(matches(R"({"a":{"b":[1],"c":{"d":[2]}}})",
                       R"({"a":[{"b":1,"c":[{"d":3}]},{"b":0,"c":[{"d":2}]}]})"));
  EXPECT_TRUE(matches(R"({"a":{"b":[1],"c":[{"exists":false}]}})", R"({"a":[{"b":1},{"c":2}]})"));
}

TEST(FilterMatchingTest, AFieldIsAbsentOnlyIfNoElementHasIt) {
  const auto pattern = R"({"a":{"b":[{"exists":false}]}})";
  EXPECT_TRUE(matches(pattern, R"({"a":[]})"));
  EXPECT_TRUE(matches(pattern, R"({"a":[{"c":1},{"d":2}]})"));
  EXPECT_FALSE(matches(pattern, R"({"a":[{"c":1},{"b":2}]})"));
  const auto or_not = R"({"a":{"b":[{"anything-but":"r"},{"exists":false}]}})";
  EXPECT_TRUE(matches(or_not, R"({"a":[{"b":"x"},{"b":"r"}]})"));
  EXPECT_FALSE(matches(or_not, R"({"a":[{"b":"r"},{}]})"));
}

TEST(FilterMatchingTest, PathsAreDotJoinedOnBothSides) {
  EXPECT_TRUE(matches(R"({"a.b":["x"]})", R"({"a":{"b":"x"}})"));
  EXPECT_TRUE(matches(R"({"a":{"b":["x"]}})", R"({"a.b":"x"})"));
  EXPECT_TRUE(matches(R"({"a.b":{"c":["x"]}})", R"({"a":{"b.c":"x"}})"));
  EXPECT_TRUE(matches(R"({"a":{"b.c":["x"]}})", R"({"a.b":{"c":"x"}})"));
  EXPECT_TRUE(matches(R"({"a":{"b":[1],"c":[2]}})", R"({"a":{"b":1},"a.c":2})"));
  EXPECT_TRUE(matches(R"({"a":{"b":[1],"c":[2]}})", R"({"a":[{"b":0},{"b":1}],"a.c":2})"));
  EXPECT_TRUE(matches(R"({"a":{"b":[1],"c":[2]}})", R"({"a.b":1,"a.c":2})"));
  EXPECT_TRUE(matches(R"({"a.b":[1],"a":{"c":[2]}})", R"({"a":{"b":1,"c":2}})"));
  EXPECT_TRUE(matches(R"({"":{"":["x"]}})", R"({".":"x"})"));
  EXPECT_FALSE(matches(R"({"a.b":["x"]})", R"({"a":"x","b":"x"})"));
  EXPECT_FALSE(matches(R"({"a":{"b":[{"exists":false}]}})", R"({"a.b":1})"));
}

TEST(FilterMatchingTest, OrNeedsOneAlternativeAndTheFieldsBesideIt) {
  const auto pattern = R"({"s":["on"],"$or":[{"a":[1]},{"b":{"c":[2]}}]})";
  EXPECT_TRUE(matches(pattern, R"({"s":"on","a":1})"));
  EXPECT_TRUE(matches(pattern, R"({"s":"on","b":{"c":2}})"));
  EXPECT_FALSE(matches(pattern, R"({"s":"on","a":2})"));
  EXPECT_FALSE(matches(pattern, R"({"a":1,"b":{"c":2}})"));
  // Within an object it is about that object.
  EXPECT_TRUE(matches(R"({"a":{"x":[1],"$or":[{"y":[2]},{"z":[3]}]}})",
                      R"({"a":[{"x":1,"z":3},{"x":0,"y":2}]})"));
  EXPECT_FALSE(matches(R"({"a":{"x":[1],"$or":[{"y":[2]},{"z":[3]}]}})",
                       R"({"a":[{"x":1},{"x":0,"y":2}]})"));
  EXPECT_TRUE(matches(R"({"$or":[{"$or":[{"a":[1]},{"a":[2]}]},{"a":[3]}]})", R"({"a":2})"));
}

TEST(FilterMatchingTest, JsonInTextIsNotOpened) {
  EXPECT_FALSE(matches(R"({"a":{"b":[1]}})", R"({"a":"{\"b\":1}"})"));
}

TEST(FilterMatchingTest, TheLastOfDoubledKeysWins) {
  EXPECT_TRUE(matches(R"({"a":["x"],"a":["y"]})", R"({"a":"y"})"));
  EXPECT_FALSE(matches(R"({"a":["x"],"a":["y"]})", R"({"a":"x"})"));
}

TEST(FilterMatchingTest, AnEmptyPatternMatchesAll) {
  EXPECT_TRUE(matches("{}", "{}"));
  EXPECT_TRUE(matches("{}", R"({"a":1})"));
}

TEST(FilterMatchingTest, ADocumentThatIsNoObjectHasNothing) {
  EXPECT_FALSE(matches(R"({"a":["x"]})", "9"));
  EXPECT_TRUE(matches(R"({"a":[{"exists":false}]})", "[9]"));
}

TEST(FilterMatchingTest, ArraysAsDeepAsTheyLike) {
  const int levels = 100'000;
  const auto document =
      R"({"f":)" + std::string(levels, '[') + "1" + std::string(levels, ']') + "}";
  EXPECT_TRUE(leaf_matches("[1]", document));
  EXPECT_FALSE(leaf_matches("[2]", document));
}

}  // namespace
}  // namespace mapping
