#include "engine/expression/lexer.h"

#include <algorithm>
#include <iterator>

namespace engine::expression {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate belongs) {
  std::size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

bool equals_in_capitals(std::string_view text, std::string_view capitals) {
  return std::equal(text.begin(), text.end(), capitals.begin(), capitals.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

bool is_any_keyword(std::string_view name) {
  constexpr std::string_view keywords[] = {"AND", "OR",     "NOT", "BETWEEN", "IN",
                                           "SET", "REMOVE", "ADD", "DELETE"};
  return std::any_of(std::begin(keywords), std::end(keywords),
                     [&](std::string_view keyword) { return equals_in_capitals(name, keyword); });
}

/// Of the text in quotes at the front of `rest`; 0 if they do not close.
std::size_t quoted_length(std::string_view rest) {
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] == '\\' && at + 1 < rest.size() && rest[at + 1] == rest[0]) {
      ++at;
    } else if (rest[at] == rest[0]) {
      return at + 1;
    }
  }
  return 0;
}

/// The token at the front of `rest`, which is neither empty nor a space.
Token first_token(std::string_view rest) {
  const char first = rest[0];
  if (is_letter(first)) {
    const auto text = rest.substr(0, run_length(rest, is_name_part));
    return {is_any_keyword(text) ? Token::Kind::keyword : Token::Kind::name, text};
  }
  if (first == '0') return {Token::Kind::number, rest.substr(0, 1)};
  if (is_digit(first)) return {Token::Kind::number, rest.substr(0, run_length(rest, is_digit))};
  if (first == '#' || first == ':') {
    const std::size_t length = run_length(rest.substr(1), is_name_part);
    const auto kind = length == 0    ? Token::Kind::unknown
                      : first == '#' ? Token::Kind::name_placeholder
                                     : Token::Kind::value_placeholder;
    return {kind, rest.substr(0, 1 + length)};
  }
  static constexpr std::string_view symbols[] = {"<>", "<=", ">=", "<", ">", "=", "(",
                                                 ")",  "[",  "]",  ",", ".", "+", "-"};
  for (const std::string_view symbol : symbols) {
    if (rest.starts_with(symbol)) return {Token::Kind::symbol, rest.substr(0, symbol.size())};
  }
  if (first == '"' || first == '\'') {
    const std::size_t length = quoted_length(rest);
    if (length > 0) return {Token::Kind::unknown, rest.substr(0, length)};
  }
  // A whole character, so that it can be shown.
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
  };
  return {Token::Kind::unknown, rest.substr(0, 1 + run_length(rest.substr(1), is_continuation))};
}

}  // namespace

bool Token::is_keyword(std::string_view keyword) const {
  return kind == Kind::keyword && equals_in_capitals(text, keyword);
}

std::vector<Token> tokens_of(std::string_view expression) {
  std::vector<Token> tokens;
  tokens.reserve(expression.size() / 4 + 2);
  std::string_view rest = expression;
  while (true) {
    rest.remove_prefix(run_length(rest, is_space));
    if (rest.empty()) break;
    tokens.push_back(first_token(rest));
    rest.remove_prefix(tokens.back().text.size());
  }
  tokens.push_back({Token::Kind::end, rest});
  return tokens;
}

}  // namespace engine::expression
