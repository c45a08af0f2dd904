#include <optional>
#include <utility>

#include "engine/expression/parser.h"

namespace engine::expression {

namespace {

/// A condition, or an operand that may still become part of one: after `(` nothing tells which it
/// will be.
struct Term {
  std::optional<ConditionNode> condition;
  std::optional<Operand> operand;
  bool is_in_parentheses = false;
  /// Known of a path or value, but told only if what follows makes it part of a condition.
  bool is_doubly_in_parentheses = false;
};

std::optional<Comparator> comparator_of(const Token& token) {
  static constexpr std::pair<std::string_view, Comparator> comparators[] = {
      {"=", Comparator::equal},   {"<>", Comparator::not_equal},
      {"<", Comparator::less},    {"<=", Comparator::less_or_equal},
      {">", Comparator::greater}, {">=", Comparator::greater_or_equal},
  };
  for (const auto& [text, comparator] : comparators) {
    if (token.is(text)) return comparator;
  }
  return std::nullopt;
}

class ConditionParser : public Parser {
 public:
  ConditionParser(std::string_view kind, std::string_view text, Findings& findings)
      : Parser(kind, text, findings) {}

  ConditionNode parse() {
    ConditionNode root = condition_of(disjunction());
    expect_end();
    return root;
  }

 private:
  /// A function alone is a condition; a path or a value is not.
  ConditionNode condition_of(Term term) {
    if (term.condition) return std::move(*term.condition);
    if (!term.operand->is_function()) syntax_error();
    ConditionNode node;
    node.kind = ConditionNode::Kind::function;
    node.operands.push_back(std::move(*term.operand));
    return node;
  }

  using Rule = Term (ConditionParser::*)();

  Term joined(Rule part, std::string_view keyword, ConditionNode::Kind kind) {
    Term first = (this->*part)();
    if (!peek().is_keyword(keyword)) return first;
    ConditionNode node;
    node.kind = kind;
    node.children.push_back(condition_of(std::move(first)));
    while (take_keyword(keyword)) {
      count_operator();
      node.children.push_back(condition_of((this->*part)()));
    }
    return {std::move(node), std::nullopt};
  }

  Term disjunction() {
    return joined(&ConditionParser::conjunction, "OR", ConditionNode::Kind::any_of);
  }

  Term conjunction() {
    return joined(&ConditionParser::negation, "AND", ConditionNode::Kind::all_of);
  }

  Term negation() {
    int times = 0;
    while (take_keyword("NOT")) {
      count_operator();
      ++times;
    }
    Term term = primary();
    if (times == 0) return term;
    ConditionNode node = condition_of(std::move(term));
    for (; times > 0; --times) {
      ConditionNode outer;
      outer.kind = ConditionNode::Kind::negation;
      outer.children.push_back(std::move(node));
      node = std::move(outer);
    }
    return {std::move(node), std::nullopt};
  }

  Term primary() {
    Term term;
    if (take_symbol("(")) {
      check_depth(++depth_);
      term = disjunction();
      expect_symbol(")");
      --depth_;
      if (term.is_in_parentheses) close_doubly(term);
      term.is_in_parentheses = true;
    } else {
      term.operand = plain_operand();
    }
    if (!term.operand || !begins_condition()) return term;
    if (term.is_doubly_in_parentheses) redundant_parentheses();
    return {comparison(std::move(*term.operand)), {}};
  }

  void close_doubly(Term& term) const {
    if (!term.operand || term.operand->is_function()) redundant_parentheses();
    term.is_doubly_in_parentheses = true;
  }

  bool begins_condition() const {
    return comparator_of(peek()) || peek().is_keyword("BETWEEN") || peek().is_keyword("IN");
  }

  ConditionNode comparison(Operand first) {
    ConditionNode node;
    node.operands.push_back(std::move(first));
    count_operator();
    if (take_keyword("BETWEEN")) {
      node.kind = ConditionNode::Kind::between;
      node.operands.push_back(operand());
      if (!take_keyword("AND")) syntax_error();
      node.operands.push_back(operand());
    } else if (take_keyword("IN")) {
      node.kind = ConditionNode::Kind::in;
      for (auto& element : operands_in_parentheses()) node.operands.push_back(std::move(element));
    } else {
      node.comparator = *comparator_of(take());
      node.operands.push_back(operand());
    }
    return node;
  }
};

}  // namespace

ConditionNode parse_condition(std::string_view kind, std::string_view text, Findings& findings) {
  return ConditionParser(kind, text, findings).parse();
}

}  // namespace engine::expression
