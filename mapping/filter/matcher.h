#pragma once

#include <compare>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mapping::filter {

/// The text is no filter pattern (event-source-mapping.md 6.7); never leaves `FilterCriteria`.
struct InvalidPattern {};

/// A number of a JSON document. Whole numbers are compared exactly; 300 and 300.0 are equal.
struct Numeral {
  double value = 0;
  std::optional<long long> whole;

  static Numeral of(long long whole) { return {static_cast<double>(whole), whole}; }
  static Numeral of(const nlohmann::json& number);
};
std::partial_ordering compare(const Numeral& a, const Numeral& b);

/// A leaf of a document: text, a number, true, false or null.
struct Scalar {
  std::variant<std::nullptr_t, bool, Numeral, std::string_view> value = nullptr;

  const std::string_view* text() const { return std::get_if<std::string_view>(&value); }
};

/// Exactly this value.
struct Exact {
  std::variant<std::nullptr_t, bool, Numeral, std::string> value = nullptr;

  static Exact of(const nlohmann::json& scalar);
  bool accepts(const Scalar& scalar) const;
};

struct Exists {
  bool wanted = true;

  bool accepts(const Scalar&) const { return wanted; }
};

/// Text that looks so; nothing else does.
struct TextLike {
  enum class Kind { equal, prefix, suffix, wildcard };
  Kind kind = Kind::equal;
  bool ignores_case = false;
  std::string text;  ///< Folded where case is ignored; the stars of a wildcard are `star`.

  /// `name`: `prefix`, `suffix`, `equals-ignore-case` or `wildcard`.
  static TextLike of(std::string_view name, const nlohmann::json& operand);
  bool accepts(const Scalar& scalar) const;

  /// No character of text: a byte that UTF-8 does not have.
  static constexpr char star = '\xFF';
};

/// Any value but these.
struct AnythingBut {
  std::vector<Exact> values;
  std::vector<TextLike> likes;

  static AnythingBut of(const nlohmann::json& operand);
  bool accepts(const Scalar& scalar) const;
};

struct NumericRange {
  std::optional<Numeral> low;
  std::optional<Numeral> high;
  bool includes_low = false;
  bool includes_high = false;

  static NumericRange of(const nlohmann::json& operand);
  bool accepts(const Scalar& scalar) const;
};

/// An address of the network.
struct Cidr {
  std::string network;  ///< 4 or 16 bytes.
  int bits = 0;

  static Cidr of(const nlohmann::json& operand);
  bool accepts(const Scalar& scalar) const;
};

/// One of the alternatives of a field.
using Matcher = std::variant<Exact, Exists, TextLike, AnythingBut, NumericRange, Cidr>;

/// Throws `InvalidPattern`.
Matcher matcher_of(const nlohmann::json& json);
bool accepts(const Matcher& matcher, const Scalar& scalar);
bool accepts_absence(const Matcher& matcher);

/// Upper case made lower, in the scripts that have both: Latin, Greek, Cyrillic, Armenian.
std::string fold_case(std::string_view text);

}  // namespace mapping::filter
