#include <optional>
#include <utility>

#include "engine/partiql/nesting.h"
#include "engine/partiql/parser.h"

namespace engine::partiql {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Function;
using expression::Operand;

std::optional<Comparator> comparator_of(const Token& token) {
  static constexpr std::pair<std::string_view, Comparator> comparators[] = {
      {"=", Comparator::equal},
      {"<>", Comparator::not_equal},
      {"!=", Comparator::not_equal},
      {"<", Comparator::less},
      {"<=", Comparator::less_or_equal},
      {">", Comparator::greater},
      {">=", Comparator::greater_or_equal},
  };
  for (const auto& [text, comparator] : comparators) {
    if (token.is(text)) return comparator;
  }
  return std::nullopt;
}

ConditionNode call(Function function, std::string_view name, std::vector<Operand> arguments) {
  Operand operand;
  operand.kind = Operand::Kind::function;
  operand.function = function;
  operand.name = name;
  operand.arguments = std::move(arguments);
  ConditionNode node;
  node.kind = ConditionNode::Kind::function;
  node.operands.push_back(std::move(operand));
  return node;
}

ConditionNode is_there(Operand operand) {
  return call(Function::attribute_exists, "attribute_exists", {std::move(operand)});
}

ConditionNode is_not_there(Operand operand) {
  return call(Function::attribute_not_exists, "missing", {std::move(operand)});
}

ConditionNode is_null(Operand operand) {
  Operand type;
  type.kind = Operand::Kind::value;
  type.value = Value::string(type_name(Type::null));
  return call(Function::attribute_type, "attribute_type", {std::move(operand), std::move(type)});
}

ConditionNode negated(ConditionNode node) {
  ConditionNode outer;
  outer.kind = ConditionNode::Kind::negation;
  outer.children.push_back(std::move(node));
  return outer;
}

/// Other than in an expression, what is not there is different from nothing.
ConditionNode of_attributes_that_exist(ConditionNode different) {
  ConditionNode all;
  all.kind = ConditionNode::Kind::all_of;
  for (const auto& operand : different.operands) {
    if (operand.is_path()) all.children.push_back(is_there(operand));
  }
  if (all.children.empty()) return different;
  all.children.push_back(std::move(different));
  return all;
}

}  // namespace

/// A condition, or an operand that may still become part of one: after `(` nothing tells which it
/// will be.
struct Parser::Term {
  std::optional<ConditionNode> condition;
  std::optional<Operand> operand;
};

ConditionNode Parser::condition() { return condition_of(disjunction()); }

/// A function alone is a condition; a path or a value is not.
ConditionNode Parser::condition_of(Term term) {
  if (term.condition) return std::move(*term.condition);
  if (!term.operand->is_function()) throw malformed();
  ConditionNode node;
  node.kind = ConditionNode::Kind::function;
  node.operands.push_back(std::move(*term.operand));
  return node;
}

Parser::Term Parser::disjunction() {
  Term first = conjunction();
  if (!peek().is_word("OR")) return first;
  ConditionNode node;
  node.kind = ConditionNode::Kind::any_of;
  node.children.push_back(condition_of(std::move(first)));
  while (take_word("OR")) {
    count_operator();
    node.children.push_back(condition_of(conjunction()));
  }
  return {std::move(node), std::nullopt};
}

Parser::Term Parser::conjunction() {
  Term first = negation();
  if (!peek().is_word("AND")) return first;
  ConditionNode node;
  node.kind = ConditionNode::Kind::all_of;
  node.children.push_back(condition_of(std::move(first)));
  while (take_word("AND")) {
    count_operator();
    node.children.push_back(condition_of(negation()));
  }
  return {std::move(node), std::nullopt};
}

Parser::Term Parser::negation() {
  int times = 0;
  while (take_word("NOT")) {
    count_operator();
    ++times;
  }
  Term term = primary();
  if (times == 0) return term;
  ConditionNode node = condition_of(std::move(term));
  // Two of them are none: however many there are, no deeper.
  for (int i = times % 2 == 0 ? 2 : 1; i > 0; --i) node = negated(std::move(node));
  return {std::move(node), std::nullopt};
}

Parser::Term Parser::primary() {
  Term term;
  if (peek().is("(")) {
    const Nesting nesting(*this);
    take();
    term = disjunction();
    expect_symbol(")");
  } else {
    term.operand = operand();
  }
  if (!term.operand || !begins_condition()) return term;
  return {comparison(std::move(*term.operand)), std::nullopt};
}

bool Parser::begins_condition() const {
  const Token& token = peek();
  if (comparator_of(token) || token.is_word("BETWEEN") || token.is_word("IN")) return true;
  if (token.is_word("NOT")) return peek(1).is_word("BETWEEN") || peek(1).is_word("IN");
  return token.is_word("IS");
}

ConditionNode Parser::comparison(Operand first) {
  count_operator();
  if (take_word("IS")) return is(std::move(first));
  const bool is_negated = take_word("NOT");
  if (is_negated) count_operator();
  ConditionNode node;
  if (take_word("BETWEEN")) {
    node = between(std::move(first));
  } else if (take_word("IN")) {
    node = in(std::move(first));
  } else {
    node = comparison_of_values(std::move(first));
  }
  return is_negated ? negated(std::move(node)) : node;
}

ConditionNode Parser::comparison_of_values(Operand first) {
  const Comparator comparator = *comparator_of(take());
  const bool is_missing = peek().is_word("MISSING") && !begins_call();
  if (is_missing && comparator <= Comparator::not_equal) {
    take();
    return comparator == Comparator::equal ? is_not_there(std::move(first))
                                           : is_there(std::move(first));
  }
  ConditionNode node;
  node.comparator = comparator;
  node.operands.push_back(std::move(first));
  node.operands.push_back(operand());
  if (comparator != Comparator::not_equal) return node;
  return of_attributes_that_exist(std::move(node));
}

ConditionNode Parser::between(Operand first) {
  ConditionNode node;
  node.kind = ConditionNode::Kind::between;
  node.operands.push_back(std::move(first));
  node.operands.push_back(operand());
  expect_word("AND");
  node.operands.push_back(operand());
  return node;
}

/// In brackets or parentheses.
ConditionNode Parser::in(Operand first) {
  ConditionNode node;
  node.kind = ConditionNode::Kind::in;
  node.operands.push_back(std::move(first));
  const bool is_in_brackets = take_symbol("[");
  if (!is_in_brackets) expect_symbol("(");
  do {
    node.operands.push_back(operand());
  } while (take_symbol(","));
  expect_symbol(is_in_brackets ? "]" : ")");
  return node;
}

/// What is missing is not NULL, and so `IS NOT NULL`.
ConditionNode Parser::is(Operand first) {
  const bool is_negated = take_word("NOT");
  if (take_word("MISSING"))
    return is_negated ? is_there(std::move(first)) : is_not_there(std::move(first));
  expect_word("NULL");
  ConditionNode node = is_null(std::move(first));
  return is_negated ? negated(std::move(node)) : node;
}

}  // namespace engine::partiql
