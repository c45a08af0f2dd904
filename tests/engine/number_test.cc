#include "engine/value/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/api_error.h"

namespace engine {
namespace {

const std::string overflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
const std::string underflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const std::string too_many = "Attempting to store more than 38 significant digits in a Number";

std::string text_of(std::string_view text) { return Number::parse(text).text(); }

std::string error_of(std::string_view text) {
  try {
    Number::parse(text);
  } catch (const ApiError& error) {
    EXPECT_EQ(error.code, "ValidationException");
    return error.message;
  }
  return "accepted";
}

std::string not_a_number(const std::string& text) {
  return "The parameter cannot be converted to a numeric value: " + text;
}

TEST(NumberTest, ReadsEveryNotationAndWritesThePlainOne) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"0", "0"},
                                                                  {"-0", "0"},
                                                                  {"0.000", "0"},
                                                                  {"1", "1"},
                                                                  {"+5", "5"},
                                                                  {"5.", "5"},
                                                                  {".5", "0.5"},
                                                                  {"-.5", "-0.5"},
                                                                  {"007", "7"},
                                                                  {"100", "100"},
                                                                  {"1.50", "1.5"},
                                                                  {"1e3", "1000"},
                                                                  {"1E-3", "0.001"},
                                                                  {"1e+2", "100"},
                                                                  {"12.34e1", "123.4"},
                                                                  {"-12.34e-1", "-1.234"},
                                                                  {"00012.500", "12.5"},
                                                                  {"0e0", "0"},
                                                                  {"10.05", "10.05"},
                                                                  {"99", "99"},
                                                                  {"909", "909"},
                                                                  {"0.09", "0.09"},
                                                                  {"1234567", "1234567"}};
  for (const auto& [in, out] : cases) EXPECT_EQ(text_of(in), out) << in;
}

TEST(NumberTest, RefusesWhatIsNoNumber) {
  for (const std::string text :
       {"",   "abc", " 1",  "1 ", "1x",  "0x10",  "NaN", "Infinity", "-",     "+",  ".",
        "-.", "1e",  "1e+", "e1", ".e1", "1.2.3", "--1", "1e1.5",    "1,000", "1_0"}) {
    EXPECT_EQ(error_of(text), not_a_number(text)) << text;
  }
}

TEST(NumberTest, KeepsThirtyEightDigits) {
  const std::string nines(38, '9');
  EXPECT_EQ(text_of(nines), nines);
  EXPECT_EQ(error_of(nines + "9"), too_many);
  EXPECT_EQ(error_of("1" + std::string(37, '0') + "1"), too_many);
  EXPECT_EQ(error_of("0." + nines + "9"), too_many);
  EXPECT_EQ(text_of("1" + std::string(38, '0')), "1" + std::string(38, '0'));
  EXPECT_EQ(text_of("000" + nines + "000"), nines + "000");
  EXPECT_EQ(text_of("0.0000" + nines + "000"), "0.0000" + nines);
  EXPECT_EQ(text_of("1" + nines.substr(1)), "1" + nines.substr(1));
}

TEST(NumberTest, KnowsItsRange) {
  const std::string digits = "9.9999999999999999999999999999999999999";
  EXPECT_EQ(text_of(digits + "E+125"), std::string(38, '9') + std::string(88, '0'));
  EXPECT_EQ(text_of("-" + digits + "E+125"), "-" + std::string(38, '9') + std::string(88, '0'));
  EXPECT_EQ(text_of("1E-130"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(error_of("1e126"), overflow);
  EXPECT_EQ(error_of("-1e126"), overflow);
  EXPECT_EQ(error_of("10e125"), overflow);
  EXPECT_EQ(error_of("1" + std::string(126, '0')), overflow);
  EXPECT_EQ(text_of("0.1e126"), "1" + std::string(125, '0'));
  EXPECT_EQ(error_of("1e-131"), underflow);
  EXPECT_EQ(error_of("0.1e-130"), underflow);
  EXPECT_EQ(error_of("0." + std::string(130, '0') + "1"), underflow);
}

TEST(NumberTest, ChecksZeroByTheExponentItIsWrittenWith) {
  EXPECT_EQ(error_of("0e126"), overflow);
  EXPECT_EQ(error_of("0e-131"), underflow);
  EXPECT_EQ(text_of("0e125"), "0");
  EXPECT_EQ(text_of("0e-130"), "0");
  EXPECT_EQ(text_of("0.0e126"), "0");
}

TEST(NumberTest, KeepsExponentsInSixtyFourBits) {
  EXPECT_EQ(error_of("1e2147483647"), overflow);
  EXPECT_EQ(error_of("1e-2147483648"), underflow);
  EXPECT_EQ(error_of("1e9223372036854775807"), overflow);
  EXPECT_EQ(error_of("1e-9223372036854775808"), underflow);
  EXPECT_EQ(error_of("1e9223372036854775808"), not_a_number("1e9223372036854775808"));
  EXPECT_EQ(error_of("1e-9223372036854775809"), not_a_number("1e-9223372036854775809"));
  EXPECT_EQ(text_of("0." + std::string(999, '0') + "1e1000"), "1");
  EXPECT_EQ(text_of("1" + std::string(999, '0') + "e-999"), "1");
}

TEST(NumberTest, CarriesTheOlderWordsWhereThereAreOthers) {
  const auto older = [](std::string_view text) -> std::string {
    try {
      Number::parse(text);
    } catch (const ApiError& error) {
      return error.older_message;
    }
    return "accepted";
  };
  EXPECT_EQ(older(""), "The parameter cannot be converted to a numeric value");
  EXPECT_EQ(older("abc"), "");
  EXPECT_EQ(older("1e126"), "");
  EXPECT_EQ(older("1e2147483646"), "");
  EXPECT_EQ(older("1e2147483647"), underflow);
  EXPECT_EQ(older("-0.1e2147483648"), underflow);
}

TEST(NumberTest, CountsItsBytes) {
  const std::vector<std::pair<std::string, std::size_t>> cases = {
      {"0", 1},         {"1", 2},
      {"-1", 3},        {"100", 2},
      {"0.0000001", 2}, {"1.5", 3},
      {"12", 2},        {"123", 3},
      {"1000.5", 4},    {"10.05", 3},
      {"-0.05", 3},     {"1e125", 2},
      {"1.05", 3},      {"1205", 3},
      {"1E-130", 2},    {"99999999999999999999999999999999999999", 20}};
  for (const auto& [text, bytes] : cases) {
    EXPECT_EQ(Number::parse(text).size_bytes(), bytes) << text;
  }
}

TEST(NumberTest, AddsExactly) {
  const auto plus = [](std::string_view a, std::string_view b) {
    return Number::parse(a).plus(Number::parse(b)).text();
  };
  EXPECT_EQ(plus("1", "2"), "3");
  EXPECT_EQ(plus("0.1", "0.2"), "0.3");
  EXPECT_EQ(plus("5", "-5"), "0");
  EXPECT_EQ(plus("999", "1"), "1000");
  EXPECT_EQ(plus("-1", "0.5"), "-0.5");
  EXPECT_EQ(plus("0", "-7.5"), "-7.5");
  EXPECT_EQ(plus("1e37", "1"), "1" + std::string(36, '0') + "1");
  EXPECT_EQ(Number::parse("3").minus(Number::parse("10")).text(), "-7");
  EXPECT_EQ(Number().minus(Number()).text(), "0");
  EXPECT_EQ(Number::parse("-5").negated().text(), "5");
  EXPECT_EQ(Number().negated().text(), "0");
}

TEST(NumberTest, RefusesSumsThatDoNotFit) {
  const auto error_of_sum = [](std::string_view a, std::string_view b) -> std::string {
    try {
      return Number::parse(a).plus(Number::parse(b)).text();
    } catch (const ApiError& error) {
      return error.message;
    }
  };
  EXPECT_EQ(error_of_sum("1e50", "1"), overflow);
  EXPECT_EQ(error_of_sum("1e38", "1"), overflow);
  EXPECT_EQ(error_of_sum("9e125", "1e125"), overflow);
  EXPECT_EQ(error_of_sum("-9e125", "-1e125"), overflow);
  EXPECT_EQ(error_of_sum("1e125", "1e-130"), overflow);
  EXPECT_EQ(error_of_sum("1.5e-130", "-1.4e-130"), overflow);
  EXPECT_EQ(error_of_sum("1e125", "-1e125"), "0");
}

TEST(NumberTest, TellsBytesThatAreNoNumber) {
  const auto length = [](std::string_view bytes) { return Number::well_formed_length(bytes); };
  using namespace std::string_literals;
  using namespace std::string_view_literals;
  EXPECT_EQ(length("\x80"sv), 1u);
  EXPECT_EQ(length("\xC0\x41\x02\x00"sv), 4u);
  EXPECT_EQ(length(""sv), 0u);
  EXPECT_EQ(length("\x00"sv), 0u);
  EXPECT_EQ(length("\xC0"sv), 0u);
  EXPECT_EQ(length("\xC0\x41"sv), 0u);
  EXPECT_EQ(length("\xC0\x41\x00"sv), 0u);          // No digits.
  EXPECT_EQ(length("\xC0\x41\x02"sv), 0u);          // No end.
  EXPECT_EQ(length("\xC0\x41\x01\x02\x00"sv), 0u);  // A leading zero.
  EXPECT_EQ(length("\xC0\x41\x02\x01\x00"sv), 0u);  // A trailing zero.
  EXPECT_EQ(length("\xC0\x41\x65\x00"sv), 0u);      // A digit of 100.
  EXPECT_EQ(length("\xC0\x80\x02\x00"sv), 0u);      // An exponent beyond the range.
  EXPECT_EQ(length("\xC0\x41"s + std::string(19, '\x0B') + "\x0C"s + std::string(1, '\0')), 0u);
}

}  // namespace
}  // namespace engine
