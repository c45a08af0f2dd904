#pragma once

#include <string_view>
#include <vector>

namespace engine::expression {

struct Token {
  enum class Kind {
    name,               ///< `pk`, `SET`, `size`
    name_placeholder,   ///< `#n`
    value_placeholder,  ///< `:v`
    number,             ///< Digits.
    symbol,             ///< `=`, `<>`, `(`, ...
    unknown,            ///< A character that begins nothing.
    end,
  };

  Kind kind = Kind::end;
  std::string_view text;  ///< Where it stands in the expression.

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
};

/// All tokens of an expression, the end included (dynamodb.md 5.1).
std::vector<Token> tokens_of(std::string_view expression);

}  // namespace engine::expression
