// What all kinds of expressions share: tokens, limits, placeholders, paths.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string>
#include <string_view>

#include "engine/expression/expression.h"
#include "expression_fixture.h"

namespace engine {
namespace {

const std::string prefix = "Invalid ConditionExpression: ";

/// Parsed with `:v` = 1, `:s` = "s" and `#n` = "name".
std::string condition_error(const std::string& text,
                            ConditionKind kind = ConditionKind::condition) {
  auto placeholders = placeholders_of(R"({":v":{"N":"1"},":s":{"S":"s"}})", {{"#n", "name"}});
  return refusal([&] { Condition::parse(kind, text, placeholders); });
}

std::string update_error(const std::string& text) {
  auto placeholders = placeholders_of(R"({":v":{"N":"1"},":s":{"S":"s"}})", {{"#n", "name"}});
  return refusal([&] { Update::parse(text, placeholders); });
}

std::string projection_error(const std::string& text) {
  auto placeholders = placeholders_of("{}", {{"#n", "name"}});
  return refusal([&] { Projection::parse(text, placeholders); });
}

std::string syntax_error(const std::string& token, const std::string& near) {
  return "Syntax error; token: \"" + token + "\", near: \"" + near + "\"";
}

TEST(ExpressionSyntaxTest, ErrorsNameTheTokenAndItsNeighbours) {
  const auto condition = [](const std::string& token, const std::string& near) {
    return prefix + syntax_error(token, near);
  };
  EXPECT_EQ(condition_error("a = = b"), condition("=", "= = b"));
  EXPECT_EQ(condition_error("("), condition("<EOF>", "("));
  EXPECT_EQ(condition_error("a"), condition("<EOF>", "a"));
  EXPECT_EQ(condition_error(":v"), condition("<EOF>", ":v"));
  EXPECT_EQ(condition_error("a ! :v"), condition("!", "a ! :v"));
  EXPECT_EQ(condition_error("my-name = :v"), condition("-", "my-name"));
  EXPECT_EQ(condition_error("a = :v b"), condition("b", ":v b"));
  EXPECT_EQ(condition_error("a = :v AND"), condition("<EOF>", "AND"));
  EXPECT_EQ(condition_error("a BETWEEN :v OR :s"), condition("OR", ":v OR :s"));
  EXPECT_EQ(condition_error("(a) AND a = :v"), condition("AND", ") AND a"));
  EXPECT_EQ(condition_error("a IN :v"), condition(":v", "IN :v"));
  EXPECT_EQ(condition_error("a IN ()"), condition(")", "()"));
  EXPECT_EQ(condition_error("a = \xC3\xA9"), condition("\xC3\xA9", "= \xC3\xA9"));
  EXPECT_EQ(update_error("INVALID SYNTAX HERE"),
            "Invalid UpdateExpression: " + syntax_error("INVALID", "INVALID SYNTAX"));
  EXPECT_EQ(update_error("ADD hits : incr"),
            "Invalid UpdateExpression: " + syntax_error(":", "hits : incr"));
  EXPECT_EQ(update_error("SET a = :v, #, b = :v"),
            "Invalid UpdateExpression: " + syntax_error("#", ", #,"));
  EXPECT_EQ(projection_error("a b"), "Invalid ProjectionExpression: " + syntax_error("b", "a b"));
  EXPECT_EQ(projection_error("a,"), "Invalid ProjectionExpression: " + syntax_error("<EOF>", ","));
}

TEST(ExpressionSyntaxTest, TokensOfNamesPlaceholdersAndIndexes) {
  for (const std::string good : {"A_9 = :v", "a\t=\r\n:v", "a.b[0].c = :v", "#n.#n[12] = :v",
                                 "a . b [ 0 ] = :v", "a=:v", "a[2147483647] = :v"}) {
    EXPECT_EQ(condition_error(good), "none") << good;
  }
  for (const std::string bad :
       {"_a = :v", "1a = :v", "a[-1] = :v", "a[] = :v", "a[:v] = :v", "a[#n] = :v", "a. = :v",
        "a.1 = :v", ".a = :v", "# = :v", "a = :", "a[0 = :v", "a..b = :v", "a.:v = :v", "a = 1",
        "a = 'x'", "a[007] = :v", "a[1.5] = :v"}) {
    EXPECT_THAT(condition_error(bad), testing::HasSubstr("Syntax error")) << bad;
  }
}

TEST(ExpressionSyntaxTest, KeywordsInAnyCaseFunctionsAsTheyAre) {
  EXPECT_EQ(condition_error("nOt a beTWeen :v aNd :v oR a In (:v)"), "none");
  EXPECT_EQ(update_error("set a = :v remove b add c :v"), "none");
  EXPECT_EQ(condition_error("SIZE(a) = :v"), prefix + "Invalid function name; function: SIZE");
}

TEST(ExpressionSyntaxTest, ReservedWordsAreRefusedAnywhereInAPath) {
  const std::string reserved = "Attribute name is a reserved keyword; reserved keyword: ";
  EXPECT_EQ(condition_error("status = :v"), prefix + reserved + "status");
  EXPECT_EQ(condition_error("a.Status = :v"), prefix + reserved + "Status");
  EXPECT_EQ(condition_error("a[0].NAME = :v"), prefix + reserved + "NAME");
  EXPECT_EQ(condition_error("size(data) = :v"), prefix + reserved + "data");
  EXPECT_EQ(condition_error("#n = :v"), "none");
  EXPECT_EQ(update_error("SET a = status"), "Invalid UpdateExpression: " + reserved + "status");
  EXPECT_EQ(update_error("REMOVE status"), "Invalid UpdateExpression: " + reserved + "status");
  EXPECT_EQ(projection_error("a, b.zone"), "Invalid ProjectionExpression: " + reserved + "zone");
  EXPECT_TRUE(is_reserved_word("abort"));
  EXPECT_TRUE(is_reserved_word("Zone"));
  EXPECT_FALSE(is_reserved_word("pk"));
  EXPECT_FALSE(is_reserved_word(""));
}

TEST(ExpressionSyntaxTest, EveryReservedWordIsRefused) {
  const std::set<std::string> keywords = {"AND", "OR",     "NOT", "BETWEEN", "IN",
                                          "SET", "REMOVE", "ADD", "DELETE"};
  simdjson::dom::parser parser;
  const simdjson::dom::array words =
      parser.load(std::string(SOURCE_FOLDER) + "/api/model/reserved-words.json");
  EXPECT_EQ(words.size(), 573U);
  for (const std::string_view word : words) {
    std::string written(word);
    EXPECT_FALSE(is_reserved_word(written + "_")) << word;
    for (std::size_t i = 0; i < written.size(); i += 2) {
      written[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(written[i])));
    }
    EXPECT_TRUE(is_reserved_word(word));
    EXPECT_TRUE(is_reserved_word(written));
    const std::string error = projection_error("a." + written);
    if (keywords.contains(std::string(word))) {
      EXPECT_EQ(error, "Invalid ProjectionExpression: " + syntax_error(written, "." + written));
    } else {
      EXPECT_EQ(error,
                "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved "
                "keyword: " +
                    written);
    }
  }
}

TEST(ExpressionLimitTest, FourKilobytesOfText) {
  const std::string text = "a=:v";
  const std::string fits = text + std::string(4096 - text.size(), ' ');
  EXPECT_EQ(condition_error(fits), "none");
  EXPECT_EQ(
      condition_error(fits + " "),
      prefix + "Expression size has exceeded the maximum allowed size; expression size: 4097");
  EXPECT_EQ(
      condition_error(std::string(5000, '(')),
      prefix + "Expression size has exceeded the maximum allowed size; expression size: 5000");
  EXPECT_EQ(update_error("SET" + std::string(4089, ' ') + "a=:v"), "none");
  EXPECT_EQ(update_error("SET" + std::string(4090, ' ') + "a=:v"),
            "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;");
  EXPECT_EQ(projection_error(std::string(4096, 'x')), "none");
  EXPECT_EQ(projection_error(std::string(4097, 'x')),
            "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; "
            "expression size: 4097");
}

TEST(ExpressionLimitTest, NotEmpty) {
  EXPECT_EQ(condition_error(""), prefix + "The expression can not be empty;");
  EXPECT_EQ(condition_error(" \n"), prefix + "The expression can not be empty;");
  EXPECT_EQ(condition_error("", ConditionKind::filter),
            "Invalid FilterExpression: The expression can not be empty;");
  EXPECT_EQ(update_error(""), "Invalid UpdateExpression: The expression can not be empty;");
  EXPECT_EQ(projection_error(""), "Invalid ProjectionExpression: The expression can not be empty;");
}

TEST(ExpressionLimitTest, ThreeHundredOperators) {
  const auto chain = [](int comparisons) {
    std::string text = "a=:v";
    for (int i = 1; i < comparisons; ++i) text += " OR a=:v";
    return text;
  };
  EXPECT_EQ(condition_error("NOT " + chain(150)), "none");  // 150 comparisons, 149 OR, one NOT.
  EXPECT_EQ(condition_error(chain(151)),
            prefix + "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(condition_error("NOT NOT " + chain(150)),
            prefix + "The expression contains too many operators; operator count: 301");
  EXPECT_EQ(condition_error("size(a)>:v AND a BETWEEN :v AND :v AND " + chain(147)), "none");
  EXPECT_EQ(condition_error("size(a)>:v AND a BETWEEN :v AND :v AND " + chain(149)),
            prefix + "The expression contains too many operators; operator count: 302");

  std::string update = "SET ";
  for (int i = 0; i < 301; ++i) {
    update += (i > 0 ? "," : "") + ("a" + std::to_string(i)) + "=:v+:v";
  }
  EXPECT_EQ(update_error(update),
            "Invalid UpdateExpression: The expression contains too many operators; operator count: "
            "301");
  EXPECT_EQ(update_error(update.substr(0, update.rfind(','))), "none");
}

TEST(ExpressionLimitTest, PathsOfThirtyTwoLevels) {
  std::string path = "a";
  for (int level = 2; level <= 32; ++level) path += level % 2 == 0 ? ".b" : "[0]";
  EXPECT_EQ(condition_error(path + " = :v"), "none");
  const std::string too_deep = "The document path has too many nesting levels; nesting levels: 33";
  EXPECT_EQ(condition_error(path + ".c = :v"), prefix + too_deep);
  EXPECT_EQ(update_error("SET " + path + ".c = :v"), "Invalid UpdateExpression: " + too_deep);
  EXPECT_EQ(projection_error(path + "[1]"), "Invalid ProjectionExpression: " + too_deep);
}

TEST(ExpressionLimitTest, ListIndexes) {
  EXPECT_EQ(condition_error("a[99999999999999] = :v"),
            prefix + "List index is not within the allowable range; index: [99999999999999]");
  EXPECT_EQ(projection_error("a[2147483648]"),
            "Invalid ProjectionExpression: List index is not within the allowable range; index: "
            "[2147483648]");
  EXPECT_EQ(condition_error("a[99999999999999999999999999] = :v"),
            prefix +
                "List index is not within the allowable range; index: "
                "[99999999999999999999999999]");
}

TEST(ExpressionLimitTest, DeepNestingDoesNotExhaustTheStack) {
  const auto repeat = [](const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
  };
  EXPECT_EQ(condition_error(repeat("(", 4096)), prefix + syntax_error("<EOF>", "("));
  EXPECT_EQ(condition_error(repeat("(", 2046) + "a=:v" + repeat(")", 2046)),
            prefix + "The expression has redundant parentheses;");
  EXPECT_EQ(condition_error(repeat("not ", 1000) + "a=:v"),
            prefix + "The expression contains too many operators; operator count: 1001");
  EXPECT_EQ(condition_error("a < " + repeat("f(", 1355) + "b" + repeat(")", 1355)),
            prefix + "Invalid function name; function: f");
  EXPECT_EQ(condition_error("a=:v " + repeat("or (a=:v ", 149) + repeat(")", 149)), "none");
  EXPECT_EQ(condition_error("a<b " + repeat("or (a<b ", 400) + repeat(")", 400)),
            prefix + "The expression contains too many operators; operator count: 801");
  EXPECT_EQ(update_error("SET a = " + repeat("(", 2000)),
            "Invalid UpdateExpression: " + syntax_error("<EOF>", "("));
}

TEST(PlaceholdersTest, KeysAreChecked) {
  const auto error = [](std::map<std::string, std::string> names, const std::string& values) {
    return refusal([&] { placeholders_of(values, std::move(names)); });
  };
  EXPECT_EQ(error({{"#a_9", "x"}}, R"({":9":{"S":""}})"), "none");
  for (const std::string bad : {"x", "#", "#a-b", "#a.b", ":a", "##"}) {
    EXPECT_EQ(error({{bad, "x"}}, "{}"),
              "ExpressionAttributeNames contains invalid key: Syntax error; key: \"" + bad + "\"");
  }
  EXPECT_EQ(error({}, R"({"#v":{"S":""}})"),
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"#v\"");
}

TEST(PlaceholdersTest, NamesAreThoseThatAttributesCanHave) {
  const auto error = [](const std::string& name) {
    return refusal([&] { placeholders_of("{}", {{"#n", name}}); });
  };
  EXPECT_EQ(error(""),
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #n");
  EXPECT_EQ(error(std::string(65535, 'n')), "none");
  EXPECT_EQ(error(std::string(65536, 'n')),
            "Attribute name is too large, must be less than 65536 bytes");
}

TEST(PlaceholdersTest, OfOneKeyTheLastCounts) {
  Placeholders placeholders;
  placeholders.define(std::vector<NamePlaceholder>{{"#b", "x"}, {"#n", "a"}, {"#n", "n"}});
  placeholders.define(std::vector<ValuePlaceholder>{
      {":v", Value::number("1")}, {":v", Value::number("2")}, {":a", Value::number("2")}});
  const auto condition =
      Condition::parse(ConditionKind::condition, "#n = :v AND #b <> :a", placeholders);
  EXPECT_TRUE(condition.holds(item_of(R"({"n":{"N":"2"},"a":{"N":"1"}})")));
  EXPECT_EQ(refusal([&] { placeholders.require_all_used(); }), "none");
}

TEST(PlaceholdersTest, TwoMegabytesOfEach) {
  const auto names = [](std::size_t count) {
    // 8 and 56 bytes.
    std::vector<NamePlaceholder> names;
    for (std::size_t i = 0; i < count; ++i) {
      names.push_back({"#" + std::to_string(1'000'000 + i), std::string(56, 'n')});
    }
    Placeholders placeholders;
    return refusal([&] { placeholders.define(std::move(names)); });
  };
  EXPECT_EQ(names(2 * 1024 * 1024 / 64), "none");
  EXPECT_EQ(names(2 * 1024 * 1024 / 64 + 1), "ExpressionAttributeNames exceeds max size");
}

TEST(PlaceholdersTest, UndefinedOnesAreNamed) {
  EXPECT_EQ(condition_error("#x = :v"),
            prefix +
                "An expression attribute name used in the document path is not defined; "
                "attribute name: #x");
  EXPECT_EQ(condition_error("a = :x"),
            prefix +
                "An expression attribute value used in expression is not defined; attribute "
                "value: :x");
  EXPECT_EQ(projection_error("a.#x"),
            "Invalid ProjectionExpression: An expression attribute name used in the document path "
            "is not defined; attribute name: #x");
}

TEST(PlaceholdersTest, AllMustBeUsedInSomeExpression) {
  auto placeholders = placeholders_of(R"({":a":{"N":"1"},":b":{"N":"1"},":c":{"N":"1"}})",
                                      {{"#a", "a"}, {"#b", "b"}, {"#c", "c"}});
  const auto unused = [&] { return refusal([&] { placeholders.require_all_used(); }); };
  Condition::parse(ConditionKind::condition, "#c = :c OR #c = :c", placeholders);
  EXPECT_EQ(unused(),
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}");
  Update::parse("SET #a.#b = :a", placeholders);
  EXPECT_EQ(unused(),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}");
  Update::parse("SET x = :b", placeholders);
  EXPECT_EQ(unused(), "none");
}

TEST(PlaceholdersTest, DotsInsideNamesAreLiteral) {
  auto placeholders = placeholders_of("{}", {{"#n", "a.b"}});
  const auto projection = Projection::parse("#n", placeholders);
  EXPECT_EQ(json_of(projection.select(item_of(R"({"a.b":{"N":"1"},"a":{"M":{"b":{"N":"2"}}}})"))),
            R"({"a.b":{"N":"1"}})");
}

}  // namespace
}  // namespace engine
