#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"
#include "engine/expression/ast.h"
#include "engine/expression/lexer.h"
#include "engine/expression/token_walk.h"

namespace engine::expression {

/// `Invalid <kind>: <message>`, as in `Invalid ConditionExpression: ...`; of no kind the message
/// alone.
ApiError invalid(std::string_view kind, const std::string& message);

// The three parsers. `kind` is `ConditionExpression`, `FilterExpression`, ... Names and values stay
// as written. Throw ValidationException for text that is too long, empty, or not of the grammar
// (dynamodb.md 5.2, 5.4, 5.9).

ConditionNode parse_condition(std::string_view kind, std::string_view text, Findings& findings);
std::vector<UpdateAction> parse_update(std::string_view kind, std::string_view text,
                                       Findings& findings);
std::vector<Path> parse_projection(std::string_view kind, std::string_view text,
                                   Findings& findings);

/// What the three share: the walk over the tokens, paths, operands.
class Parser : protected TokenWalk<Token> {
 public:
  /// `kind` outlives the parser.
  Parser(std::string_view kind, std::string_view text, Findings& findings);

 protected:
  void expect_symbol(std::string_view symbol);
  void expect_end() const;
  /// `keyword` in capitals; any case is taken.
  bool take_keyword(std::string_view keyword);
  /// At the token that comes next.
  [[noreturn]] void syntax_error() const;
  /// Told where they close: what is wrong further on is not seen any more.
  [[noreturn]] void redundant_parentheses() const;

  Path path();
  /// A path, a value or a function; not in parentheses.
  Operand plain_operand();
  /// The same in parentheses, or not.
  Operand operand();
  std::vector<Operand> operands_in_parentheses();
  void count_operator() { ++findings_.operators; }
  /// For a parser on its way into parentheses: refuses what could exhaust the stack.
  void check_depth(int depth) const;

  Findings& findings_;
  int depth_ = 0;  ///< Open parentheses.

 private:
  Step step_by_name();
  Step step_by_index();

  std::string_view kind_;
  std::string_view text_;
};

}  // namespace engine::expression
