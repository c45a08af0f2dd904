#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace engine {

/// A DynamoDB number: a decimal of up to 38 significant digits, 1E-130 to 9.9...E+125 or zero.
///
/// Kept in the encoding that items and keys hold: the byte order of encodings is the order of the
/// numbers, equal numbers have equal bytes, and an encoding tells where it ends:
///
///   zero        80
///   positive    C0, exponent, digits, 00
///   negative    40, then the same with every bit turned over
///
/// The number is 0.dd...d times 100 to the power of the exponent; the exponent byte is 64 more than
/// the exponent, a digit byte 1 more than the digit. The first and last digit are not zero.
/// (Amazon DynamoDB Developer Guide, "Data types: Number".)
class Number {
 public:
  Number();  ///< Zero.

  /// From its text. Throws `ApiError` (ValidationException) with AWS's words for text that is no
  /// number, has more than 38 significant digits, or is out of range.
  static Number parse(std::string_view text);
  /// From its encoding, at the front of `bytes`; the rest of `bytes` is not looked at.
  static Number decode(std::string_view bytes);
  /// How many bytes the encoding at the front of `bytes` takes.
  static std::size_t encoded_length(std::string_view bytes);
  /// The same for bytes that may be anything: 0 if no number is at the front.
  static std::size_t well_formed_length(std::string_view bytes);

  // The same without a `Number` in between, for values on their way in and out.
  static void append_encoded(std::string& out, std::string_view text);        ///< As `parse`.
  static void append_text(std::string& out, std::string_view encoded_bytes);  ///< As `decode`.
  static std::size_t size_bytes(std::string_view encoded_bytes);

  std::string_view encoded() const { return bytes_; }
  /// Plain notation: no exponent, no leading `+`, no redundant zeros.
  std::string text() const;
  void append_text(std::string& out) const;
  /// The bytes it counts for in an item (dynamodb.md 4.4).
  std::size_t size_bytes() const;

  /// Exact. Throws `ApiError` with the overflow text when the result leaves the range or needs more
  /// than 38 digits.
  Number plus(const Number& other) const;
  Number minus(const Number& other) const;
  Number negated() const;

  std::strong_ordering operator<=>(const Number& other) const { return bytes_ <=> other.bytes_; }
  bool operator==(const Number& other) const = default;

 private:
  std::string bytes_;
};

}  // namespace engine
