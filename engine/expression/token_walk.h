#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace engine::expression {

/// Goes through the tokens of a text, from left to right and never back. The last one is of
/// `Token::Kind::end`, and is never passed.
template <typename Token>
class TokenWalk {
 protected:
  explicit TokenWalk(std::vector<Token> tokens = {}) : tokens_(std::move(tokens)) {}

  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }

  Token take() {
    const Token token = peek();
    if (token.kind != Token::Kind::end) ++at_;
    return token;
  }

  bool take_symbol(std::string_view symbol) {
    if (!peek().is(symbol)) return false;
    ++at_;
    return true;
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace engine::expression
