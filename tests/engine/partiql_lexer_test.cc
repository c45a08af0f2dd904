#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dice.h"
#include "engine/partiql/lexer.h"

namespace engine::partiql {
namespace {

using testing::ElementsAre;
using Kind = Token::Kind;

std::vector<std::string> texts(std::string_view statement) {
  std::vector<std::string> texts;
  for (const auto& token : tokens_of(statement)) texts.emplace_back(token.text);
  return texts;
}

Kind kind_of(std::string_view token) { return tokens_of(token)[0].kind; }

TEST(PartiqlLexerTest, CutsAStatementIntoTokens) {
  EXPECT_THAT(texts("UPDATE \"T\" SET a.b[0]=?-1 WHERE pk<>'x'"),
              ElementsAre("UPDATE", "\"T\"", "SET", "a", ".", "b", "[", "0", "]", "=", "?", "-",
                          "1", "WHERE", "pk", "<>", "'x'", ""));
  EXPECT_THAT(texts("<<1>>=<=!="), ElementsAre("<<", "1", ">>", "=", "<=", "!=", ""));
  EXPECT_THAT(texts(""), ElementsAre(""));
}

TEST(PartiqlLexerTest, KnowsItsKinds) {
  EXPECT_EQ(kind_of("select"), Kind::word);
  EXPECT_EQ(kind_of("_a$1"), Kind::word);
  EXPECT_EQ(kind_of("\"a b\""), Kind::quoted_name);
  EXPECT_EQ(kind_of("''"), Kind::string);
  EXPECT_EQ(kind_of("?"), Kind::parameter);
  EXPECT_EQ(kind_of("`x`"), Kind::unknown);
  EXPECT_EQ(kind_of("é"), Kind::unknown);
  EXPECT_EQ(kind_of("  "), Kind::end);
}

TEST(PartiqlLexerTest, ReadsNumbersWhole) {
  for (const auto* number : {"0", "007", "1.5", ".5", "5.", "1e3", "1E-3", "1.5e+10"}) {
    EXPECT_THAT(texts(number), ElementsAre(number, "")) << number;
    EXPECT_EQ(kind_of(number), Kind::number) << number;
  }
  EXPECT_THAT(texts("1e"), ElementsAre("1", "e", ""));
  EXPECT_THAT(texts("1e+"), ElementsAre("1", "e", "+", ""));
  EXPECT_THAT(texts("."), ElementsAre(".", ""));
  EXPECT_THAT(texts("1.2.3"), ElementsAre("1.2", ".3", ""));
}

TEST(PartiqlLexerTest, TakesDoubledQuotesForOne) {
  EXPECT_EQ(tokens_of("'it''s'")[0].content(), "it's");
  EXPECT_EQ(tokens_of("''''")[0].content(), "'");
  EXPECT_EQ(tokens_of("'\"'")[0].content(), "\"");
  EXPECT_EQ(tokens_of(R"("a""b")")[0].content(), "a\"b");
  EXPECT_EQ(tokens_of("\"\"")[0].content(), "");
  EXPECT_EQ(tokens_of("plain")[0].content(), "plain");
}

TEST(PartiqlLexerTest, PassesCommentsOver) {
  EXPECT_THAT(texts("a -- b 'c\nd"), ElementsAre("a", "d", ""));
  EXPECT_THAT(texts("a/* b\n */c/**/"), ElementsAre("a", "c", ""));
  EXPECT_THAT(texts("a--"), ElementsAre("a", ""));
  EXPECT_THAT(texts("1 - -1"), ElementsAre("1", "-", "-", "1", ""));
}

TEST(PartiqlLexerTest, WhatDoesNotEndIsOneUnknownToken) {
  for (const auto* text : {"'abc", "\"abc", "/* abc", "/*/", "'a''", "'"}) {
    EXPECT_EQ(kind_of(text), Kind::unknown) << text;
    EXPECT_THAT(texts(text), ElementsAre(text, "")) << text;
  }
}

TEST(PartiqlLexerTest, CountsLinesAndCharacters) {
  const auto tokens = tokens_of("ab 'ü€' cd\n  -- x\n /* y\n*/ ef");
  EXPECT_EQ(tokens[0].place(), "1:1:2");
  EXPECT_EQ(tokens[1].place(), "1:4:4");
  EXPECT_EQ(tokens[2].place(), "1:9:2");
  EXPECT_EQ(tokens[3].place(), "4:4:2");
}

/// Whatever it is given, the tokens stand one behind the other in the text.
TEST(PartiqlLexerTest, NothingIsReadTwice) {
  Dice dice(1);
  static constexpr std::string_view alphabet = "a1'\"-/* \n<>?.e+`\xC3\xA9[]{}";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = dice.below(40); i > 0; --i) text += alphabet[dice.below(alphabet.size())];
    const char* at = text.data();
    for (const auto& token : tokens_of(text)) {
      ASSERT_GE(token.text.data(), at) << text;
      at = token.text.data() + token.text.size();
      ASSERT_LE(at, text.data() + text.size()) << text;
      ASSERT_TRUE(token.kind == Kind::end || !token.text.empty()) << text;
    }
  }
}

}  // namespace
}  // namespace engine::partiql
