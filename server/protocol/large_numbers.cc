#include "server/protocol/large_numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace server {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes all digits from the front; how many there were.
std::size_t take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  text.remove_prefix(count);
  return count;
}

enum class Kind { none, integer, decimal };

/// What JSON's grammar makes of it.
Kind kind_of(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool begins_with_zero = text.starts_with('0');
  const auto whole_digits = take_digits(text);
  if (whole_digits == 0 || (begins_with_zero && whole_digits > 1)) return Kind::none;
  if (text.empty()) return Kind::integer;
  if (text[0] == '.') {
    text.remove_prefix(1);
    if (take_digits(text) == 0) return Kind::none;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (take_digits(text) == 0) return Kind::none;
  }
  return text.empty() ? Kind::decimal : Kind::none;
}

std::string_view in_range(std::string_view number) {
  const bool is_negative = number.starts_with('-');
  const auto kind = kind_of(number);
  if (kind == Kind::integer) {
    std::int64_t value = 0;
    const auto result = std::from_chars(number.begin(), number.end(), value);
    if (result.ec != std::errc::result_out_of_range) return number;
    return is_negative ? "-9223372036854775808" : "9223372036854775807";
  }
  if (kind == Kind::decimal && std::isinf(std::strtod(std::string(number).c_str(), nullptr))) {
    return is_negative ? "-1.0e308" : "1.0e308";
  }
  return number;
}

/// Where the string that begins at `from` ends: behind its closing quote.
std::size_t end_of_string(std::string_view json, std::size_t from) {
  for (auto at = from + 1; at < json.size(); ++at) {
    if (json[at] == '\\') {
      ++at;
    } else if (json[at] == '"') {
      return at + 1;
    }
  }
  return json.size();
}

}  // namespace

std::string with_numbers_in_range(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    auto end = at + 1;
    if (json[at] == '"') {
      end = end_of_string(json, at);
    } else if (is_digit(json[at]) || json[at] == '-' || json[at] == '.') {
      end = std::min(json.find_first_not_of("+-.0123456789eE", at), json.size());
      out.append(in_range(json.substr(at, end - at)));
      at = end;
      continue;
    }
    out.append(json, at, end - at);
    at = end;
  }
  return out;
}

}  // namespace server
