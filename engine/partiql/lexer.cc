#include "engine/partiql/lexer.h"

#include <algorithm>

namespace engine::partiql {

namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool is_word_part(char c) { return begins_word(c) || is_digit(c); }

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate belongs) {
  std::size_t length = 0;
  while (length < text.size() && belongs(text[length])) ++length;
  return length;
}

int characters_in(std::string_view utf8) {
  return static_cast<int>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Of the text in quotes at the front of `rest`, in which quotes are doubled; 0 if it does not end.
std::size_t quoted_length(std::string_view rest) {
  for (std::size_t at = 1; at < rest.size(); ++at) {
    if (rest[at] != rest[0]) continue;
    if (at + 1 == rest.size() || rest[at + 1] != rest[0]) return at + 1;
    ++at;
  }
  return 0;
}

/// Digits, a point among them or not, an exponent or not; 0 if there is none.
std::size_t number_length(std::string_view rest) {
  std::size_t length = run_length(rest, is_digit);
  std::size_t digits = length;
  if (length < rest.size() && rest[length] == '.') {
    const std::size_t fraction = run_length(rest.substr(length + 1), is_digit);
    digits += fraction;
    length += 1 + fraction;
  }
  if (digits == 0) return 0;
  if (length < rest.size() && (rest[length] == 'e' || rest[length] == 'E')) {
    std::size_t exponent = length + 1;
    if (exponent < rest.size() && (rest[exponent] == '+' || rest[exponent] == '-')) ++exponent;
    const std::size_t exponent_digits = run_length(rest.substr(exponent), is_digit);
    if (exponent_digits > 0) length = exponent + exponent_digits;
  }
  return length;
}

/// Of the comment at the front of `rest`; 0 if there is none, npos if it does not end.
std::size_t comment_length(std::string_view rest) {
  if (rest.starts_with("--")) return std::min(rest.find('\n'), rest.size());
  if (!rest.starts_with("/*")) return 0;
  const auto end = rest.find("*/", 2);
  return end == std::string_view::npos ? end : end + 2;
}

/// Kind and length of the token at the front of `rest`, which is neither empty nor a space.
std::pair<Kind, std::size_t> first_token(std::string_view rest) {
  const char first = rest[0];
  if (begins_word(first)) return {Kind::word, run_length(rest, is_word_part)};
  if (first == '?') return {Kind::parameter, 1};
  if (first == '"' || first == '\'') {
    const std::size_t length = quoted_length(rest);
    if (length == 0) return {Kind::unknown, rest.size()};
    return {first == '"' ? Kind::quoted_name : Kind::string, length};
  }
  if (const std::size_t length = number_length(rest); length > 0) return {Kind::number, length};
  static constexpr std::string_view symbols[] = {"<<", ">>", "<>", "!=", "<=", ">=", "<", ">",
                                                 "=",  "(",  ")",  "[",  "]",  "{",  "}", ",",
                                                 ".",  ":",  "+",  "-",  "*",  ";"};
  for (const std::string_view symbol : symbols) {
    if (rest.starts_with(symbol)) return {Kind::symbol, symbol.size()};
  }
  const auto is_continuation = [](char c) { return (c & 0xC0) == 0x80; };
  return {Kind::unknown, 1 + run_length(rest.substr(1), is_continuation)};
}

/// Goes through a statement and knows on which line and in which column it is.
class Lexer {
 public:
  explicit Lexer(std::string_view statement) : rest_(statement) {}

  std::vector<Token> tokens() {
    std::vector<Token> tokens;
    tokens.reserve(rest_.size() / 4 + 2);
    while (true) {
      const auto [kind, length] = next();
      tokens.push_back({kind, rest_.substr(0, length), line_, column_});
      pass(length);
      if (kind == Kind::end) return tokens;
    }
  }

 private:
  std::pair<Kind, std::size_t> next() {
    if (!pass_blanks()) return {Kind::unknown, rest_.size()};
    if (rest_.empty()) return {Kind::end, 0};
    return first_token(rest_);
  }

  /// Spaces and comments. Whether the last comment has an end.
  bool pass_blanks() {
    while (!rest_.empty()) {
      const std::size_t length =
          is_space(rest_[0]) ? run_length(rest_, is_space) : comment_length(rest_);
      if (length == 0) return true;
      if (length == std::string_view::npos) return false;
      pass(length);
    }
    return true;
  }

  void pass(std::size_t length) {
    const std::string_view passed = rest_.substr(0, length);
    const auto last_line = passed.rfind('\n');
    if (last_line == std::string_view::npos) {
      column_ += characters_in(passed);
    } else {
      line_ += static_cast<int>(std::ranges::count(passed, '\n'));
      column_ = 1 + characters_in(passed.substr(last_line + 1));
    }
    rest_.remove_prefix(length);
  }

  std::string_view rest_;
  int line_ = 1;
  int column_ = 1;
};

}  // namespace

bool Token::is_word(std::string_view capitals) const {
  return kind == Kind::word && std::ranges::equal(text, capitals, [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

std::string Token::content() const {
  if (kind != Kind::quoted_name && kind != Kind::string) return std::string(text);
  const char quote = text[0];
  const std::string_view inside = text.substr(1, text.size() - 2);
  std::string content;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    content += inside[i];
    if (inside[i] == quote) ++i;
  }
  return content;
}

std::string Token::place() const {
  return std::to_string(line) + ':' + std::to_string(column) + ':' +
         std::to_string(characters_in(text));
}

std::vector<Token> tokens_of(std::string_view statement) { return Lexer(statement).tokens(); }

}  // namespace engine::partiql
