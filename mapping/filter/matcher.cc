#include "mapping/filter/matcher.h"

#include <arpa/inet.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace mapping::filter {

namespace {

using Json = nlohmann::json;

/// event-source-mapping.md 6.2.
constexpr double numeric_bound = 5.0e9;

const std::string& text_of(const Json& json) {
  if (!json.is_string()) throw InvalidPattern{};
  return json.get_ref<const std::string&>();
}

/// The only member of an operator object.
std::pair<std::string, const Json&> only_member(const Json& object) {
  if (!object.is_object() || object.size() != 1) throw InvalidPattern{};
  const auto member = object.begin();
  return {member.key(), member.value()};
}

/// `*` is any text, `\*` and `\\` are a star and a backslash.
std::string wildcard_of(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '*') {
      if (out.ends_with(TextLike::star)) throw InvalidPattern{};
      c = TextLike::star;
    } else if (c == '\\') {
      if (++at == text.size() || (text[at] != '*' && text[at] != '\\')) throw InvalidPattern{};
      c = text[at];
    }
    out += c;
  }
  return out;
}

/// Goes back to the last star only: what lies before it has been met as early as can be.
bool is_like_wildcard(std::string_view text, std::string_view wildcard) {
  std::size_t t = 0;
  std::size_t w = 0;
  std::optional<std::pair<std::size_t, std::size_t>> again;  // Where to go on: text, wildcard.
  while (t < text.size()) {
    if (w < wildcard.size() && wildcard[w] == TextLike::star) {
      again = {t, ++w};
    } else if (w < wildcard.size() && wildcard[w] == text[t]) {
      ++t, ++w;
    } else if (again) {
      t = ++again->first;
      w = again->second;
    } else {
      return false;
    }
  }
  return std::all_of(wildcard.begin() + static_cast<std::ptrdiff_t>(w), wildcard.end(),
                     [](char c) { return c == TextLike::star; });
}

/// 4 or 16 bytes; empty if it is no address.
std::string address_of(std::string_view text) {
  char bytes[16];
  const std::string name(text);
  if (name.find('\0') != std::string::npos) return {};
  if (inet_pton(AF_INET, name.c_str(), bytes) == 1) return {bytes, 4};
  if (inet_pton(AF_INET6, name.c_str(), bytes) == 1) return {bytes, 16};
  return {};
}

Numeral bound_of(const Json& json) {
  if (!json.is_number()) throw InvalidPattern{};
  const auto bound = Numeral::of(json);
  if (!(bound.value >= -numeric_bound && bound.value <= numeric_bound)) throw InvalidPattern{};
  return bound;
}

bool is_operator_for_texts(std::string_view name) {
  return name == "prefix" || name == "suffix" || name == "equals-ignore-case" || name == "wildcard";
}

/// Of two bytes of UTF-8, as most scripts with upper and lower case have them.
unsigned folded(unsigned c) {
  if ((c >= 0xC0 && c <= 0xDE && c != 0xD7)) return c + 32;  // Latin-1
  if ((c >= 0x100 && c <= 0x137 && c != 0x130) || (c >= 0x14A && c <= 0x177)) return c | 1;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c + (c & 1);
  if (c == 0x178) return 0xFF;
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 32;  // Greek
  if (c >= 0x400 && c <= 0x40F) return c + 80;                // Cyrillic
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x531 && c <= 0x556) return c + 48;  // Armenian
  return c;
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < out.size(); ++at) {
    const auto byte = static_cast<unsigned char>(out[at]);
    if (byte >= 'A' && byte <= 'Z') {
      out[at] = static_cast<char>(byte + 32);
    } else if (byte >= 0xC2 && byte <= 0xDF && at + 1 < out.size()) {
      const auto next = static_cast<unsigned char>(out[at + 1]);
      const unsigned c = folded((byte & 0x1Fu) << 6 | (next & 0x3Fu));
      out[at] = static_cast<char>(0xC0 | c >> 6);
      out[++at] = static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

Numeral Numeral::of(const Json& number) {
  if (number.is_number_unsigned()) {
    const auto value = number.get<std::uint64_t>();
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<long long>::max())) {
      return of(static_cast<long long>(value));
    }
  } else if (number.is_number_integer()) {
    return of(number.get<long long>());
  }
  return {number.get<double>(), std::nullopt};
}

std::partial_ordering compare(const Numeral& a, const Numeral& b) {
  if (a.whole && b.whole) return *a.whole <=> *b.whole;
  return a.value <=> b.value;
}

Exact Exact::of(const Json& scalar) {
  if (scalar.is_null()) return {nullptr};
  if (scalar.is_boolean()) return {scalar.get<bool>()};
  if (scalar.is_number()) return {Numeral::of(scalar)};
  return {text_of(scalar)};
}

bool Exact::accepts(const Scalar& scalar) const {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return scalar.text() != nullptr && *scalar.text() == *text;
  }
  if (const auto* number = std::get_if<Numeral>(&value)) {
    const auto* other = std::get_if<Numeral>(&scalar.value);
    return other != nullptr && compare(*number, *other) == 0;
  }
  if (const auto* boolean = std::get_if<bool>(&value)) {
    const auto* other = std::get_if<bool>(&scalar.value);
    return other != nullptr && *other == *boolean;
  }
  return std::holds_alternative<std::nullptr_t>(scalar.value);
}

TextLike TextLike::of(std::string_view name, const Json& operand) {
  if (name == "wildcard") return {Kind::wildcard, false, wildcard_of(text_of(operand))};
  if (name == "equals-ignore-case") return {Kind::equal, true, fold_case(text_of(operand))};
  const auto kind = name == "prefix" ? Kind::prefix : Kind::suffix;
  if (operand.is_string()) return {kind, false, text_of(operand)};
  const auto [inner, text] = only_member(operand);
  if (inner != "equals-ignore-case") throw InvalidPattern{};
  return {kind, true, fold_case(text_of(text))};
}

bool TextLike::accepts(const Scalar& scalar) const {
  if (scalar.text() == nullptr) return false;
  std::string folded;
  std::string_view seen = *scalar.text();
  if (ignores_case) seen = folded = fold_case(seen);
  switch (kind) {
    case Kind::equal:
      return seen == text;
    case Kind::prefix:
      return seen.starts_with(text);
    case Kind::suffix:
      return seen.ends_with(text);
    default:
      return is_like_wildcard(seen, text);
  }
}

AnythingBut AnythingBut::of(const Json& operand) {
  AnythingBut but;
  if (operand.is_object()) {
    const auto [name, texts] = only_member(operand);
    if (!is_operator_for_texts(name)) throw InvalidPattern{};
    const auto list = texts.is_array() ? texts : Json::array({texts});
    for (const auto& text : list) {
      if (text_of(text).empty()) throw InvalidPattern{};
      but.likes.push_back(TextLike::of(name, text));
    }
  } else {
    const auto list = operand.is_array() ? operand : Json::array({operand});
    for (const auto& value : list) {
      const bool is_like_the_first = value.is_number() == list.front().is_number();
      if ((!value.is_string() && !value.is_number()) || !is_like_the_first) throw InvalidPattern{};
      but.values.push_back(Exact::of(value));
    }
  }
  if (but.values.empty() && but.likes.empty()) throw InvalidPattern{};
  return but;
}

bool AnythingBut::accepts(const Scalar& scalar) const {
  const auto takes = [&](const auto& matcher) { return matcher.accepts(scalar); };
  return std::none_of(values.begin(), values.end(), takes) &&
         std::none_of(likes.begin(), likes.end(), takes);
}

NumericRange NumericRange::of(const Json& operand) {
  if (!operand.is_array() || (operand.size() != 2 && operand.size() != 4)) throw InvalidPattern{};
  NumericRange range;
  for (std::size_t at = 0; at < operand.size(); at += 2) {
    const auto& name = text_of(operand[at]);
    const auto bound = bound_of(operand[at + 1]);
    const bool is_last = at + 2 == operand.size();
    if (name == "=" && operand.size() == 2) {
      range = {bound, bound, true, true};
    } else if ((name == ">" || name == ">=") && at == 0) {
      range.low = bound;
      range.includes_low = name == ">=";
    } else if ((name == "<" || name == "<=") && is_last) {
      range.high = bound;
      range.includes_high = name == "<=";
    } else {
      throw InvalidPattern{};
    }
  }
  const bool is_a_range = operand.size() == 4;
  if (is_a_range && !(compare(*range.low, *range.high) < 0)) throw InvalidPattern{};
  return range;
}

bool NumericRange::accepts(const Scalar& scalar) const {
  const auto* number = std::get_if<Numeral>(&scalar.value);
  if (number == nullptr) return false;
  if (low) {
    const auto order = compare(*number, *low);
    if (!(order > 0 || (includes_low && order == 0))) return false;
  }
  if (high) {
    const auto order = compare(*number, *high);
    if (!(order < 0 || (includes_high && order == 0))) return false;
  }
  return true;
}

Cidr Cidr::of(const Json& operand) {
  const std::string_view text = text_of(operand);
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) throw InvalidPattern{};
  Cidr cidr;
  cidr.network = address_of(text.substr(0, slash));
  const auto bits = text.substr(slash + 1);
  const bool are_digits =
      std::all_of(bits.begin(), bits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (cidr.network.empty() || bits.empty() || bits.size() > 3 || !are_digits) {
    throw InvalidPattern{};
  }
  cidr.bits = std::stoi(std::string(bits));
  if (cidr.bits > static_cast<int>(cidr.network.size()) * 8) throw InvalidPattern{};
  return cidr;
}

bool Cidr::accepts(const Scalar& scalar) const {
  if (scalar.text() == nullptr) return false;
  const auto address = address_of(*scalar.text());
  if (address.size() != network.size()) return false;
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (address.compare(0, whole, network, 0, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto differing = static_cast<unsigned char>(address[whole] ^ network[whole]);
  return differing >> (8 - bits % 8) == 0;
}

Matcher matcher_of(const Json& json) {
  if (!json.is_structured()) return Exact::of(json);
  const auto [name, operand] = only_member(json);
  if (name == "exists") {
    if (!operand.is_boolean()) throw InvalidPattern{};
    return Exists{operand.get<bool>()};
  }
  if (name == "anything-but") return AnythingBut::of(operand);
  if (name == "numeric") return NumericRange::of(operand);
  if (name == "cidr") return Cidr::of(operand);
  if (is_operator_for_texts(name)) return TextLike::of(name, operand);
  throw InvalidPattern{};
}

bool accepts(const Matcher& matcher, const Scalar& scalar) {
  return std::visit([&](const auto& kind) { return kind.accepts(scalar); }, matcher);
}

bool accepts_absence(const Matcher& matcher) {
  const auto* exists = std::get_if<Exists>(&matcher);
  return exists != nullptr && !exists->wanted;
}

}  // namespace mapping::filter
