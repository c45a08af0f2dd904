#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace engine::partiql {

struct Token {
  enum class Kind {
    word,         ///< `SELECT`, `pk`, `Size`: whether it is a keyword depends on where it stands.
    quoted_name,  ///< `"pk"`
    string,       ///< `'it''s'`
    number,       ///< `12`, `.5`, `1e3`; a sign is a token of its own.
    parameter,    ///< `?`
    symbol,       ///< `=`, `<<`, `(`, ...
    unknown,      ///< A character that begins nothing, or quotes or a comment without end.
    end,
  };

  Kind kind = Kind::end;
  std::string_view text;  ///< Where it stands in the statement.
  int line = 1;
  int column = 1;  ///< In characters, from 1.

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  /// `capitals`: in capitals; the word may be in any case.
  bool is_word(std::string_view capitals) const;
  bool is_name() const { return kind == Kind::word || kind == Kind::quoted_name; }
  /// Of a name or string: without quotes, doubled ones single.
  std::string content() const;
  /// `1:8:5`: line, column, and length in characters.
  std::string place() const;
};

/// All tokens of a statement, the end included; comments are left out (dynamodb.md 12.2).
std::vector<Token> tokens_of(std::string_view statement);

}  // namespace engine::partiql
