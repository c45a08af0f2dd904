#pragma once

#include "engine/partiql/parser.h"

namespace engine::partiql {

/// One parenthesis that is open, for as long as this lives.
class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (++parser_.depth_ > depth_max) throw malformed();
  }
  ~Nesting() { --parser_.depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  /// Far more than any of the 300 operators could need that a condition may have.
  static constexpr int depth_max = 400;

  Parser& parser_;
};

}  // namespace engine::partiql
