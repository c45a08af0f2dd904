#include "engine/value/number.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <limits>

#include "engine/limits.h"
#include "engine/value/value_errors.h"

namespace engine {

namespace {

constexpr unsigned char zero_byte = 0x80;
constexpr unsigned char positive_byte = 0xC0;
constexpr unsigned char negative_byte = 0x40;
constexpr int exponent_offset = 64;
/// Sign, exponent, 38 digits that may begin in the middle of a byte, end.
constexpr std::size_t encoded_bytes_max = 2 + limits::number_digits_max / 2 + 1 + 1;

/// Exponents of the first digit: 9.9E+125 and 1E-130 are the largest and smallest magnitudes.
constexpr int magnitude_max = 125;
constexpr int magnitude_min = -130;

/// 0.ddd times 10 to the power of `exponent`; no digits: zero. The first and the last digit are not
/// zero, except where a function says otherwise.
struct Decimal {
  bool is_negative = false;
  int exponent = 0;
  int count = 0;
  std::array<std::uint8_t, limits::number_digits_max + 2> digits;
};

/// `magnitude`: the exponent of the first digit.
ApiError overflow_of(std::int64_t magnitude) {
  const bool is_wide = magnitude >= std::numeric_limits<std::int32_t>::max();
  return is_wide ? number_overflow_beyond_32_bits() : number_overflow();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a number's text from left to right.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  Decimal read() {
    Decimal decimal;
    decimal.is_negative = take_sign();
    digits(decimal);
    const std::int64_t exponent = exponent_part();
    if (at_ != text_.size()) throw not_a_number(text_);
    if (significant_ == 0) return zero(exponent);

    // Both are far from the bounds of 64 bits: texts are short, exponents clamped.
    const std::int64_t magnitude = point_ - 1 + exponent;
    if (magnitude > magnitude_max) throw overflow_of(magnitude);
    if (magnitude < magnitude_min) throw number_underflow();
    if (significant_ > limits::number_digits_max) throw too_many_digits();
    decimal.exponent = static_cast<int>(magnitude + 1);
    decimal.count = static_cast<int>(significant_);
    return decimal;
  }

 private:
  bool take_sign() {
    if (at_ == text_.size() || (text_[at_] != '-' && text_[at_] != '+')) return false;
    return text_[at_++] == '-';
  }

  void digits(Decimal& decimal) {
    bool has_digits = false;
    bool is_fraction = false;
    std::int64_t seen = 0;  // Digits since the first that is not zero, with it.
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '.' && !is_fraction) {
        is_fraction = true;
        continue;
      }
      if (!is_digit(c)) break;
      has_digits = true;
      if (is_fraction) ++fraction_digits_;
      if (seen == 0 && c == '0') {
        if (is_fraction) --point_;
        continue;
      }
      if (seen < limits::number_digits_max) decimal.digits[seen] = static_cast<uint8_t>(c - '0');
      ++seen;
      if (!is_fraction) ++point_;
      if (c != '0') significant_ = seen;
    }
    if (!has_digits) throw not_a_number(text_);
  }

  std::int64_t exponent_part() {
    if (at_ == text_.size() || (text_[at_] != 'e' && text_[at_] != 'E')) return 0;
    has_exponent_ = true;
    ++at_;
    const bool is_negative = take_sign();
    if (at_ == text_.size()) throw not_a_number(text_);
    std::int64_t exponent = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      // AWS keeps exponents in 64 bits and calls what is beyond no number.
      if (__builtin_mul_overflow(exponent, std::int64_t{10}, &exponent) ||
          __builtin_sub_overflow(exponent, text_[at_] - '0', &exponent)) {
        throw not_a_number(text_);
      }
    }
    if (!is_negative && exponent == std::numeric_limits<std::int64_t>::min()) {
      throw not_a_number(text_);
    }
    // Far out of range for any text that fits into a request, and safe to add to.
    constexpr std::int64_t bound = std::int64_t{1} << 40;
    exponent = std::max(exponent, -bound);
    return is_negative ? exponent : -exponent;
  }

  /// Zero is checked by the exponent it is written with (dynamodb.md 4.3).
  Decimal zero(std::int64_t exponent) const {
    if (has_exponent_) {
      const std::int64_t magnitude = exponent - fraction_digits_;
      if (magnitude > magnitude_max) throw overflow_of(magnitude);
      if (magnitude < magnitude_min) throw number_underflow();
    }
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::int64_t point_ = 0;  ///< Where it is, counted from the first digit that is not zero.
  std::int64_t significant_ = 0;
  std::int64_t fraction_digits_ = 0;
  bool has_exponent_ = false;
};

void append_encoding(std::string& out, const Decimal& decimal) {
  if (decimal.count == 0) {
    out.push_back(static_cast<char>(zero_byte));
    return;
  }
  std::array<unsigned char, encoded_bytes_max> bytes;
  std::size_t size = 0;
  // An odd exponent: the first digit is alone in its byte.
  const int is_odd = decimal.exponent & 1;
  bytes[size++] = decimal.is_negative ? negative_byte : positive_byte;
  bytes[size++] = static_cast<unsigned char>((decimal.exponent + is_odd) / 2 + exponent_offset);
  int at = 0;
  if (is_odd) bytes[size++] = static_cast<unsigned char>(decimal.digits[at++] + 1);
  for (; at < decimal.count; at += 2) {
    const int low = at + 1 < decimal.count ? decimal.digits[at + 1] : 0;
    bytes[size++] = static_cast<unsigned char>(decimal.digits[at] * 10 + low + 1);
  }
  bytes[size++] = 0;
  if (decimal.is_negative) {
    for (std::size_t i = 1; i < size; ++i) bytes[i] = static_cast<unsigned char>(~bytes[i]);
  }
  out.append(reinterpret_cast<const char*>(bytes.data()), size);
}

Decimal decimal_of(std::string_view bytes) {
  Decimal decimal;
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first == zero_byte) return decimal;
  decimal.is_negative = first == negative_byte;
  const unsigned char mask = decimal.is_negative ? 0xFF : 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]) ^ mask; };
  decimal.exponent = (byte(1) - exponent_offset) * 2;
  for (std::size_t at = 2; byte(at) != 0; ++at) {
    const int pair = byte(at) - 1;
    if (at == 2 && pair < 10) {
      --decimal.exponent;
    } else {
      decimal.digits[decimal.count++] = static_cast<std::uint8_t>(pair / 10);
    }
    decimal.digits[decimal.count++] = static_cast<std::uint8_t>(pair % 10);
  }
  if (decimal.digits[decimal.count - 1] == 0) --decimal.count;
  return decimal;
}

/// The exact sum. The columns of the longest one: from 10^125 down to the 38th digit of 1E-130.
Decimal sum(const Decimal& a, const Decimal& b) {
  constexpr int columns_max =
      magnitude_max + 1 - (magnitude_min - limits::number_digits_max) + 1 + 1;
  std::array<int, columns_max> columns{};
  const int top = std::max(a.exponent, b.exponent) + 1;  // One more for what is carried.
  const int bottom = std::min(a.exponent - a.count, b.exponent - b.count);
  const int width = top - bottom;
  for (const Decimal* term : {&a, &b}) {
    const int sign = term->is_negative ? -1 : 1;
    for (int i = 0; i < term->count; ++i) {
      columns[top - term->exponent + i] += sign * term->digits[i];
    }
  }

  const auto carry = [&] {
    for (int i = width - 1; i > 0; --i) {
      const int over = columns[i] >= 0 ? columns[i] / 10 : -((9 - columns[i]) / 10);
      columns[i] -= over * 10;
      columns[i - 1] += over;
    }
  };
  Decimal result;
  carry();
  if (columns[0] < 0) {
    result.is_negative = true;
    for (int i = 0; i < width; ++i) columns[i] = -columns[i];
    carry();
  }

  int first = 0;
  while (first < width && columns[first] == 0) ++first;
  if (first == width) return {};
  int last = width - 1;
  while (columns[last] == 0) --last;
  result.exponent = top - first;
  result.count = last - first + 1;
  const int magnitude = result.exponent - 1;
  if (magnitude > magnitude_max || magnitude < magnitude_min ||
      result.count > limits::number_digits_max) {
    throw number_overflow();
  }
  for (int i = 0; i < result.count; ++i) {
    result.digits[i] = static_cast<std::uint8_t>(columns[first + i]);
  }
  return result;
}

Number number_of(const Decimal& decimal) {
  std::string bytes;
  append_encoding(bytes, decimal);
  return Number::decode(bytes);
}

}  // namespace

Number::Number() : bytes_(1, static_cast<char>(zero_byte)) {}

Number Number::parse(std::string_view text) {
  Number number;
  number.bytes_.clear();
  append_encoded(number.bytes_, text);
  return number;
}

Number Number::decode(std::string_view bytes) {
  Number number;
  number.bytes_ = bytes.substr(0, encoded_length(bytes));
  return number;
}

std::size_t Number::encoded_length(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first == zero_byte) return 1;
  const char end = first == positive_byte ? '\x00' : '\xFF';
  std::size_t at = 2;
  while (bytes[at] != end) ++at;
  return at + 1;
}

std::size_t Number::well_formed_length(std::string_view bytes) {
  if (bytes.empty()) return 0;
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (first == zero_byte) return 1;
  if (first != positive_byte && first != negative_byte) return 0;
  const char end = first == positive_byte ? '\x00' : '\xFF';
  const auto found = bytes.substr(0, encoded_bytes_max).find(end, 2);
  if (found == std::string_view::npos || found == 2) return 0;
  const unsigned char mask = first == negative_byte ? 0xFF : 0;
  for (std::size_t at = 1; at < found; ++at) {
    const int byte = static_cast<unsigned char>(bytes[at]) ^ mask;
    if (at == 1 ? byte > 127 : byte > 100) return 0;
    if ((at == 2 || at + 1 == found) && byte == 1) return 0;  // A zero that says nothing.
  }
  // The form has room for one digit more than there may be.
  const Decimal decimal = decimal_of(bytes);
  const int magnitude = decimal.exponent - 1;
  const bool is_in_range = magnitude <= magnitude_max && magnitude >= magnitude_min &&
                           decimal.count <= limits::number_digits_max;
  return is_in_range ? found + 1 : 0;
}

void Number::append_encoded(std::string& out, std::string_view text) {
  append_encoding(out, TextReader(text).read());
}

void Number::append_text(std::string& out, std::string_view encoded_bytes) {
  const Decimal decimal = decimal_of(encoded_bytes);
  if (decimal.count == 0) {
    out.push_back('0');
    return;
  }
  if (decimal.is_negative) out.push_back('-');
  if (decimal.exponent <= 0) {
    out.append("0.");
    out.append(static_cast<std::size_t>(-decimal.exponent), '0');
  }
  for (int i = 0; i < decimal.count; ++i) {
    if (i > 0 && i == decimal.exponent) out.push_back('.');
    out.push_back(static_cast<char>('0' + decimal.digits[i]));
  }
  if (decimal.exponent > decimal.count) {
    out.append(static_cast<std::size_t>(decimal.exponent - decimal.count), '0');
  }
}

std::size_t Number::size_bytes(std::string_view encoded_bytes) {
  const Decimal decimal = decimal_of(encoded_bytes);
  if (decimal.count == 0) return 1;
  const int whole = std::clamp(decimal.exponent, 0, decimal.count);
  const int fraction = decimal.count - whole;
  return static_cast<std::size_t>(1 + (whole + 1) / 2 + (fraction + 1) / 2) +
         (decimal.is_negative ? 1 : 0);
}

std::string Number::text() const {
  std::string out;
  append_text(out);
  return out;
}

void Number::append_text(std::string& out) const { append_text(out, bytes_); }

std::size_t Number::size_bytes() const { return size_bytes(bytes_); }

Number Number::plus(const Number& other) const {
  return number_of(sum(decimal_of(bytes_), decimal_of(other.bytes_)));
}

Number Number::minus(const Number& other) const { return plus(other.negated()); }

Number Number::negated() const {
  Decimal decimal = decimal_of(bytes_);
  decimal.is_negative = !decimal.is_negative;
  return number_of(decimal);
}

}  // namespace engine
