#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <random>
#include <regex>
#include <string>

namespace engine {

/// Decimals by somebody else's arithmetic, to hold ours against: whole units of 10^-`scale`.
struct ExactDecimal {
  static constexpr int scale = 600;
  boost::multiprecision::cpp_int units;

  /// The value of a text that is well-formed and not too far from zero.
  static ExactDecimal of(const std::string& text) {
    const auto [sign, digits, exponent] = parts(text);
    boost::multiprecision::cpp_int units(
        digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)));  // Not octal.
    units *= boost::multiprecision::pow(boost::multiprecision::cpp_int(10),
                                        static_cast<unsigned>(exponent + scale));
    return {sign * units};
  }

  /// The canonical text; `overflow`, `underflow` or `digits` if a number may not be that.
  std::string text() const {
    if (units == 0) return "0";
    std::string digits = boost::multiprecision::cpp_int(abs(units)).str();
    const int magnitude = static_cast<int>(digits.size()) - 1 - scale;
    if (magnitude > 125) return "overflow";
    if (magnitude < -130) return "underflow";
    if (digits.find_last_not_of('0') + 1 > 38) return "digits";
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, ".");
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
    return (units < 0 ? "-" : "") + digits;
  }

  struct Parts {
    int sign;
    std::string digits;
    long long exponent;  ///< Of the last digit.
  };
  /// Throws `std::out_of_range` when the exponent has no place in 64 bits.
  static Parts parts(const std::string& text) {
    Parts parts{text[0] == '-' ? -1 : 1, "", 0};
    const auto e = std::min(text.find_first_of("eE"), text.size());
    for (const char c : text.substr(0, e)) {
      if (c >= '0' && c <= '9') parts.digits += c;
    }
    const auto point = text.find('.');
    if (point != std::string::npos) parts.exponent -= static_cast<long long>(e - point - 1);
    if (e < text.size()) parts.exponent += std::stoll(text.substr(e + 1));
    return parts;
  }

  static bool is_well_formed(const std::string& text) {
    static const std::regex form(R"([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)");
    return std::regex_match(text, form);
  }
};

/// Draws texts of numbers, most of them close to an edge: 38 digits, the ends of the range, zero.
class NumberTexts {
 public:
  explicit NumberTexts(unsigned seed) : random_(seed) {}

  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }

  std::string draw() {
    std::string digits = repeated("0", few()) + digits_near(below(3) == 0 ? 38 : 3);
    digits += repeated("0", below(8) == 0 ? below(140) : few());
    const auto point = static_cast<std::size_t>(below(static_cast<int>(digits.size()) + 1));
    std::string text = below(3) == 0 ? "-" : below(6) == 0 ? "+" : "";
    const bool has_point = below(2) == 0;
    text += has_point ? digits.substr(0, point) + "." + digits.substr(point) : digits;
    if (below(3) != 0) text += exponent(digits, has_point ? point : digits.size());
    return text;
  }

  /// Now and then one that is no number.
  std::string draw_any() {
    std::string text = draw();
    if (below(8) != 0) return text;
    static const std::string odd = "+-.eE 0x_,\xD9";
    const auto at = static_cast<std::size_t>(below(static_cast<int>(text.size()) + 1));
    if (below(3) == 0) return text.substr(0, at);
    text.insert(at, 1, odd[static_cast<std::size_t>(below(static_cast<int>(odd.size())))]);
    return text;
  }

 private:
  int few() { return below(3) == 0 ? below(4) : 0; }

  static std::string repeated(const std::string& text, int times) {
    std::string all;
    while (times-- > 0) all += text;
    return all;
  }

  std::string digits_near(int count) {
    std::string digits;
    const int style = below(4);  // Only zeros, only nines, anything.
    for (int i = std::max(1, count + below(4) - 2); i > 0; --i) {
      digits += static_cast<char>('0' + (style == 0 ? 0 : style == 1 ? 9 : below(10)));
    }
    if (style == 0 && below(2) == 0) digits.front() = digits.back() = '1';
    return digits;
  }

  /// One that brings the first digit near an end of the range, or anywhere.
  std::string exponent(const std::string& digits, std::size_t point) {
    const auto first = std::min(digits.find_first_not_of('0'), digits.size());
    const int now = static_cast<int>(point) - static_cast<int>(first) - 1;
    int wanted = below(280) - 140;
    if (below(2) == 0) wanted = (below(2) == 0 ? 125 : -130) + below(5) - 2;
    if (below(3) == 0) wanted = below(40) - 20;
    const int exponent = wanted - now;
    return std::string(below(2) == 0 ? "e" : "E") + (exponent >= 0 && below(2) == 0 ? "+" : "") +
           std::to_string(exponent);
  }

  std::mt19937 random_;
};

}  // namespace engine
