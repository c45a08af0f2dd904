#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"
#include "engine/expression/token_walk.h"
#include "engine/partiql/ast.h"
#include "engine/partiql/lexer.h"

namespace engine::partiql {

/// The statement that `text` is, with `parameters` in the places of its `?`s. Throws
/// ValidationException with the words of dynamodb.md 12.3: for text that is no statement, for
/// values that no item may hold, and for what no table could make right.
Tree parse(std::string_view text, std::span<const Value> parameters);

/// Goes through a statement's tokens.
///
/// What is wrong with the grammar is told at once; what is only not supported (`note`) when the
/// rest has been found to be a statement.
class Parser : expression::TokenWalk<Token> {
 public:
  Parser(std::string_view text, std::span<const Value> parameters);

  Tree statement();

 private:
  // Statements and their clauses: parser.cc.
  Tree verb();
  Select select();
  Exists exists();
  Insert insert();
  Update update();
  Delete remove();
  std::vector<expression::Path> projection();
  SourceName source();
  std::string source_name();
  SourceName source_to_write();
  void refuse_alias();
  std::optional<expression::ConditionNode> where();
  std::vector<Order> order_by();
  std::optional<Returning> returning();

  // SET and REMOVE: update_parser.cc.
  std::vector<expression::UpdateAction> actions();
  expression::UpdateAction assignment();
  void set_function(expression::UpdateAction& action, expression::UpdateAction::Kind kind);
  void set_value(expression::UpdateAction& action);
  void rest_of_sum(expression::UpdateAction& action);

  // Conditions: condition_parser.cc.
  struct Term;
  expression::ConditionNode condition();
  expression::ConditionNode condition_of(Term term);
  Term disjunction();
  Term conjunction();
  Term negation();
  Term primary();
  bool begins_condition() const;
  expression::ConditionNode comparison(expression::Operand first);
  expression::ConditionNode comparison_of_values(expression::Operand first);
  expression::ConditionNode between(expression::Operand first);
  expression::ConditionNode in(expression::Operand first);
  expression::ConditionNode is(expression::Operand first);

  // Paths, functions and operands: operand_parser.cc.
  bool begins_call() const;
  expression::Path path();
  expression::Step step_by_name();
  expression::Step step_in_brackets();
  expression::Operand operand();
  expression::Operand call();

  // Values: value_parser.cc.
  bool begins_value() const;
  /// `level`: how deep in an item it stands, from 1.
  Value value(std::size_t level);
  Value parameter(std::size_t level);
  Value number();
  Value list(std::size_t level);
  Value map(std::size_t level);
  Value bag(std::size_t level);
  /// The attributes that INSERT is given.
  Item item();

  // The walk: parser.cc.
  void expect_symbol(std::string_view symbol);
  bool take_word(std::string_view capitals);
  void expect_word(std::string_view capitals);
  void expect_end() const;
  /// Keeps the first.
  void note(ApiError problem);
  void count_operator() { ++findings_.operators; }
  /// Parentheses and brackets that are open: not so many that the stack ends.
  class Nesting;

  std::span<const Value> parameters_;
  std::size_t parameters_used_ = 0;
  int depth_ = 0;
  std::string place_ = "root";  ///< In the literal that is read: `root.m[1]`.
  std::optional<ApiError> problem_;
  expression::Findings findings_;
};

/// `Statement wasn't well formed, can't be processed: <detail>`
ApiError malformed(const std::string& detail = "");

/// Words that are no names where a name or a value may stand.
bool is_keyword(const Token& token);

}  // namespace engine::partiql
