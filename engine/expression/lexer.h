#pragma once

#include <string_view>
#include <vector>

namespace engine::expression {

struct Token {
  enum class Kind {
    keyword,            ///< `SET`, `and`, `Between`; the same in all kinds of expressions.
    name,               ///< `pk`, `size`
    name_placeholder,   ///< `#n`
    value_placeholder,  ///< `:v`
    number,             ///< `0`, or digits that do not begin with it.
    symbol,             ///< `=`, `<>`, `(`, ...
    unknown,            ///< A character that begins nothing, or `"text"`.
    end,
  };

  Kind kind = Kind::end;
  std::string_view text;  ///< Where it stands in the expression.

  bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
  /// `keyword` in capitals.
  bool is_keyword(std::string_view keyword) const;
};

/// All tokens of an expression, the end included (dynamodb.md 5.1).
std::vector<Token> tokens_of(std::string_view expression);

}  // namespace engine::expression
