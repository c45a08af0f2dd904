// Numbers against Boost.Multiprecision.

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "engine/api_error.h"
#include "engine/value/number.h"
#include "exact_decimal.h"

namespace engine {
namespace {

/// What of an error matters here: `overflow`, `underflow`, `digits`, `no number`.
std::string kind_of(const ApiError& error) {
  if (error.message.starts_with("Number overflow. ")) return "overflow";
  if (error.message.starts_with("Number underflow. ")) return "underflow";
  if (error.message.starts_with("Attempting to store more than 38 ")) return "digits";
  return "no number";
}

template <typename Make>
std::string text_or_error(Make make) {
  try {
    return make().text();
  } catch (const ApiError& error) {
    return kind_of(error);
  }
}

/// By the rules of dynamodb.md 4.3.
std::string expected_of(const std::string& text) try {
  if (!ExactDecimal::is_well_formed(text)) return "no number";
  const auto parts = ExactDecimal::parts(text);
  const bool is_zero = parts.digits.find_first_not_of('0') == std::string::npos;
  if (is_zero && text.find_first_of("eE") == std::string::npos) return "0";
  // Of a zero the exponent as it is written counts; others may have up to 300 digits.
  const int room = is_zero ? 0 : 300;
  if (parts.exponent > 125 + room) return "overflow";
  if (parts.exponent < -130 - room) return "underflow";
  return is_zero ? "0" : ExactDecimal::of(text).text();
} catch (const std::out_of_range&) {
  return "no number";
}

/// From the plain text: half of the digits before and after the point, without zeros at the ends.
std::size_t expected_size(std::string text) {
  if (text == "0") return 1;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.erase(0, 1);
  const auto point = std::min(text.find('.'), text.size());
  std::string whole = text.substr(0, point);
  std::string fraction = text.substr(std::min(point + 1, text.size()));
  if (whole == "0") {
    whole.clear();
    fraction.erase(0, fraction.find_first_not_of('0'));
  }
  if (fraction.empty()) whole.erase(whole.find_last_not_of('0') + 1);
  return 1 + (whole.size() + 1) / 2 + (fraction.size() + 1) / 2 + (is_negative ? 1 : 0);
}

TEST(NumberPropertyTest, ReadsAndWritesAsExactArithmeticDoes) {
  NumberTexts texts(20120810);
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::string text = texts.draw_any();
    const std::string found = text_or_error([&] { return Number::parse(text); });
    ASSERT_EQ(found, expected_of(text)) << text;
    if (found.find_first_of("0123456789") == std::string::npos) continue;

    ++accepted;
    const Number number = Number::parse(text);
    ASSERT_EQ(Number::parse(found), number) << text;
    ASSERT_EQ(Number::decode(std::string(number.encoded()) + "more"), number);
    ASSERT_EQ(Number::encoded_length(number.encoded()), number.encoded().size());
    ASSERT_EQ(Number::well_formed_length(number.encoded()), number.encoded().size());
    ASSERT_EQ(number.size_bytes(), expected_size(found)) << text;
  }
  EXPECT_GT(accepted, 8000);
}

TEST(NumberPropertyTest, AddsSubtractsAndComparesAsExactArithmeticDoes) {
  NumberTexts texts(20111209);
  const auto draw = [&] {
    for (;;) {
      std::string text = texts.draw();
      if (expected_of(text).find_first_of("0123456789") != std::string::npos) return text;
    }
  };
  /// Arithmetic has one text for everything that does not fit.
  const auto fitting = [](const ExactDecimal& exact) {
    const std::string text = exact.text();
    return text == "underflow" || text == "digits" ? "overflow" : text;
  };
  int fits = 0;
  std::string last = draw();
  for (int round = 0; round < 10000; ++round) {
    const std::string next = round % 9 == 0 ? last : draw();
    const auto a = Number::parse(last);
    const auto b = Number::parse(next);
    const auto exact_a = ExactDecimal::of(last);
    const auto exact_b = ExactDecimal::of(next);

    ASSERT_EQ(a < b, exact_a.units < exact_b.units) << last << " and " << next;
    ASSERT_EQ(a == b, exact_a.units == exact_b.units) << last << " and " << next;
    ASSERT_EQ(a.encoded() < b.encoded(), exact_a.units < exact_b.units) << last << " and " << next;

    const std::string sum = text_or_error([&] { return a.plus(b); });
    ASSERT_EQ(sum, fitting({exact_a.units + exact_b.units})) << last << " + " << next;
    ASSERT_EQ(text_or_error([&] { return b.plus(a); }), sum);
    ASSERT_EQ(text_or_error([&] { return a.minus(b); }), fitting({exact_a.units - exact_b.units}))
        << last << " - " << next;
    ASSERT_EQ(a.negated().text(), ExactDecimal{-exact_a.units}.text());
    if (sum != "overflow") ++fits;
    last = next;
  }
  EXPECT_GT(fits, 1000);
}

}  // namespace
}  // namespace engine
