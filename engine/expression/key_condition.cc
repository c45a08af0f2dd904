#include "engine/expression/key_condition.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/checks.h"
#include "engine/expression/parser.h"
#include "engine/expression/sort_kind.h"

namespace engine {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Function;
using expression::Operand;
using Kind = SortCondition::Kind;

constexpr std::string_view expression_name = "KeyConditionExpression";

ApiError invalid_operator(std::string_view name) {
  return validation_error("Invalid operator used in KeyConditionExpression: " + std::string(name));
}

ApiError invalid_condition(std::string_view problem) {
  return validation_error("Invalid condition in KeyConditionExpression: " + std::string(problem));
}

void refuse_operator(const ConditionNode& node) {
  switch (node.kind) {
    case ConditionNode::Kind::any_of:
      throw invalid_operator("OR");
    case ConditionNode::Kind::negation:
      throw invalid_operator("NOT");
    case ConditionNode::Kind::in:
      throw invalid_operator("IN");
    case ConditionNode::Kind::comparison:
      if (node.comparator == Comparator::not_equal) throw invalid_operator("<>");
      return;
    case ConditionNode::Kind::function:
      if (node.operands[0].function != Function::begins_with) {
        throw invalid_operator(node.operands[0].name);
      }
      return;
    default:
      return;
  }
}

/// Of a comparison, BETWEEN or begins_with: what it is about, and what that is compared with.
const std::vector<Operand>& operands_of(const ConditionNode& node) {
  return node.kind == ConditionNode::Kind::function ? node.operands[0].arguments : node.operands;
}

void require_one_attribute(const std::vector<Operand>& operands) {
  for (const Operand& operand : operands) {
    if (operand.is_function()) {
      throw validation_error("KeyConditionExpressions cannot contain nested operations");
    }
  }
  for (const Operand& operand : operands) {
    if (operand.is_path() && operand.path.size() > 1) {
      throw validation_error("KeyConditionExpressions cannot have conditions on nested attributes");
    }
  }
  const auto attributes = std::ranges::count_if(operands, &Operand::is_path);
  if (attributes > 1) {
    throw invalid_condition("Multiple attribute names used in one condition");
  }
  if (attributes == 0) throw invalid_condition("No key attribute specified");
}

KeyClause clause_of(const ConditionNode& node) {
  const auto& operands = operands_of(node);
  require_one_attribute(operands);
  const bool is_turned = !operands[0].is_path();
  KeyClause clause;
  if (node.kind == ConditionNode::Kind::comparison) {
    clause.attribute = operands[is_turned ? 1 : 0].path[0].name;
    clause.condition = {expression::sort_kind_of(node.comparator, is_turned),
                        {operands[is_turned ? 0 : 1].value}};
    return clause;
  }
  const bool is_between = node.kind == ConditionNode::Kind::between;
  if (is_turned) {
    throw invalid_condition(std::string(is_between ? "BETWEEN" : "begins_with") +
                            " operator must have the key attribute as its first operand");
  }
  clause.attribute = operands[0].path[0].name;
  clause.condition.kind = is_between ? Kind::between : Kind::begins_with;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    clause.condition.values.push_back(operands[i].value);
  }
  return clause;
}

void add_clauses(const ConditionNode& node, std::vector<KeyClause>& clauses) {
  if (node.kind == ConditionNode::Kind::all_of) {
    for (const auto& child : node.children) add_clauses(child, clauses);
    return;
  }
  refuse_operator(node);
  KeyClause clause = clause_of(node);
  if (std::ranges::find(clauses, clause.attribute, &KeyClause::attribute) != clauses.end()) {
    throw expression::invalid(expression_name,
                              "KeyConditionExpressions must only contain one condition per key");
  }
  clauses.push_back(std::move(clause));
}

/// Nothing for what no key can be asked for.
std::optional<Kind> kind_of(ComparisonOperator comparison) {
  switch (comparison) {
    case ComparisonOperator::equal:
      return Kind::equal;
    case ComparisonOperator::less:
      return Kind::less;
    case ComparisonOperator::less_or_equal:
      return Kind::less_or_equal;
    case ComparisonOperator::greater:
      return Kind::greater;
    case ComparisonOperator::greater_or_equal:
      return Kind::greater_or_equal;
    case ComparisonOperator::between:
      return Kind::between;
    case ComparisonOperator::begins_with:
      return Kind::begins_with;
    default:
      return std::nullopt;
  }
}

/// The bytes whose order is that of the values.
std::string_view order_of(ValueView value) {
  return value.type() == Type::number ? value.number() : value.text();
}

}  // namespace

SortCondition::Kind expression::sort_kind_of(Comparator comparator, bool is_turned) {
  switch (comparator) {
    case Comparator::less:
      return is_turned ? Kind::greater : Kind::less;
    case Comparator::less_or_equal:
      return is_turned ? Kind::greater_or_equal : Kind::less_or_equal;
    case Comparator::greater:
      return is_turned ? Kind::less : Kind::greater;
    case Comparator::greater_or_equal:
      return is_turned ? Kind::less_or_equal : Kind::greater_or_equal;
    default:
      return Kind::equal;
  }
}

bool SortCondition::holds(ValueView value) const {
  const auto order = order_of(value);
  const auto first = order_of(values[0]);
  switch (kind) {
    case Kind::equal:
      return order == first;
    case Kind::less:
      return order < first;
    case Kind::less_or_equal:
      return order <= first;
    case Kind::greater:
      return order > first;
    case Kind::greater_or_equal:
      return order >= first;
    case Kind::between:
      return order >= first && order <= order_of(values[1]);
    case Kind::begins_with:
      break;
  }
  return order.starts_with(first);
}

std::vector<KeyClause> parse_key_condition(std::string_view text, Placeholders& placeholders) {
  expression::Findings findings;
  ConditionNode root = expression::parse_condition(expression_name, text, findings);
  expression::check_condition(expression_name, root, findings, placeholders);
  std::vector<KeyClause> clauses;
  add_clauses(root, clauses);
  return clauses;
}

std::vector<KeyClause> key_clauses_of(std::vector<AttributeCondition> conditions) {
  std::vector<KeyClause> clauses;
  for (auto& condition : conditions) {
    const auto kind = kind_of(condition.comparison);
    if (!kind) {
      throw validation_error("Attempted conditional constraint is not an indexable operation");
    }
    clauses.push_back({std::move(condition.attribute), {*kind, std::move(condition.values)}});
  }
  return clauses;
}

}  // namespace engine
