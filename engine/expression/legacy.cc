#include "engine/expression/legacy.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <climits>
#include <cstddef>
#include <span>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/ast.h"
#include "engine/expression/names.h"

namespace engine {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Function;
using expression::Operand;
using expression::UpdateAction;

constexpr std::array texts_numbers_bytes = {Type::string, Type::number, Type::binary};
constexpr std::array texts_bytes = {Type::string, Type::binary};

struct OperatorRule {
  std::string_view name;
  std::size_t values_min;
  std::size_t values_max;
  std::span<const Type> types;  ///< Of the values; empty: any.
};

/// In the order of `ComparisonOperator`.
constexpr std::array<OperatorRule, 13> rules = {{
    {"EQ", 1, 1, {}},
    {"NE", 1, 1, {}},
    {"LE", 1, 1, texts_numbers_bytes},
    {"LT", 1, 1, texts_numbers_bytes},
    {"GE", 1, 1, texts_numbers_bytes},
    {"GT", 1, 1, texts_numbers_bytes},
    {"NULL", 0, 0, {}},
    {"NOT_NULL", 0, 0, {}},
    {"CONTAINS", 1, 1, texts_numbers_bytes},
    {"NOT_CONTAINS", 1, 1, texts_numbers_bytes},
    {"BEGINS_WITH", 1, 1, texts_bytes},
    {"IN", 1, INT_MAX, texts_numbers_bytes},
    {"BETWEEN", 2, 2, texts_numbers_bytes},
}};

const OperatorRule& rule_of(ComparisonOperator comparison) {
  return rules[static_cast<std::size_t>(comparison)];
}

/// Both are of one type, which has an order.
bool is_less(ValueView a, ValueView b) {
  if (a.type() == Type::number) return a.number() < b.number();
  return a.text() < b.text();
}

expression::Path path_to(std::string attribute) {
  expression::Path path(1);
  path[0].name = std::move(attribute);
  return path;
}

Operand operand_of(expression::Path path) {
  Operand operand;
  operand.path = std::move(path);
  return operand;
}

Operand operand_of(Value value) {
  Operand operand;
  operand.kind = Operand::Kind::value;
  operand.value = std::move(value);
  return operand;
}

ConditionNode call(Function function, std::vector<Operand> arguments) {
  Operand operand;
  operand.kind = Operand::Kind::function;
  operand.function = function;
  operand.arguments = std::move(arguments);
  ConditionNode node;
  node.kind = ConditionNode::Kind::function;
  node.operands.push_back(std::move(operand));
  return node;
}

ConditionNode logical(ConditionNode::Kind kind, std::vector<ConditionNode> children) {
  ConditionNode node;
  node.kind = kind;
  node.children = std::move(children);
  return node;
}

/// That it does not contain something is said of an attribute only if it is there.
ConditionNode not_contains(std::vector<Operand> operands) {
  std::vector<ConditionNode> both;
  both.push_back(call(Function::attribute_exists, {operands[0]}));
  std::vector<ConditionNode> contained;
  contained.push_back(call(Function::contains, std::move(operands)));
  both.push_back(logical(ConditionNode::Kind::negation, std::move(contained)));
  return logical(ConditionNode::Kind::all_of, std::move(both));
}

ConditionNode comparison(Comparator comparator, std::vector<Operand> operands) {
  ConditionNode node;
  node.comparator = comparator;
  node.operands = std::move(operands);
  return node;
}

ConditionNode node_of(AttributeCondition condition) {
  std::vector<Operand> operands;
  operands.push_back(operand_of(path_to(std::move(condition.attribute))));
  for (auto& value : condition.values) operands.push_back(operand_of(std::move(value)));
  switch (condition.comparison) {
    case ComparisonOperator::equal:
      return comparison(Comparator::equal, std::move(operands));
    case ComparisonOperator::not_equal:
      return comparison(Comparator::not_equal, std::move(operands));
    case ComparisonOperator::less_or_equal:
      return comparison(Comparator::less_or_equal, std::move(operands));
    case ComparisonOperator::less:
      return comparison(Comparator::less, std::move(operands));
    case ComparisonOperator::greater_or_equal:
      return comparison(Comparator::greater_or_equal, std::move(operands));
    case ComparisonOperator::greater:
      return comparison(Comparator::greater, std::move(operands));
    case ComparisonOperator::not_exists:
      return call(Function::attribute_not_exists, std::move(operands));
    case ComparisonOperator::exists:
      return call(Function::attribute_exists, std::move(operands));
    case ComparisonOperator::contains:
      return call(Function::contains, std::move(operands));
    case ComparisonOperator::not_contains:
      return not_contains(std::move(operands));
    case ComparisonOperator::begins_with:
      return call(Function::begins_with, std::move(operands));
    case ComparisonOperator::in:
    case ComparisonOperator::between:
      break;
  }
  ConditionNode node;
  node.kind = condition.comparison == ComparisonOperator::in ? ConditionNode::Kind::in
                                                             : ConditionNode::Kind::between;
  node.operands = std::move(operands);
  return node;
}

UpdateAction::Kind kind_of(const AttributeUpdate& update) {
  if (update.action == AttributeUpdate::Action::put) return UpdateAction::Kind::set;
  if (update.action == AttributeUpdate::Action::add) return UpdateAction::Kind::add;
  return update.value ? UpdateAction::Kind::subtract_elements : UpdateAction::Kind::remove;
}

}  // namespace

ComparisonOperator comparison_operator_of(std::string_view name) {
  const auto found = std::ranges::find(rules, name, &OperatorRule::name);
  assert(found != rules.end());
  return static_cast<ComparisonOperator>(found - rules.begin());
}

void AttributeCondition::require_sense() const {
  const OperatorRule& rule = rule_of(comparison);
  if (values.size() < rule.values_min || values.size() > rule.values_max) {
    throw invalid_parameter_values("Invalid number of argument(s) for the " +
                                   std::string(rule.name) + " ComparisonOperator");
  }
  if (values.empty()) return;

  const Type type = values[0].view().type();
  for (const auto& value : values) {
    if (value.view().type() == type) continue;
    throw invalid_parameter_values(
        "AttributeValues inside AttributeValueList must be of same type");
  }
  if (!rule.types.empty() && std::ranges::find(rule.types, type) == rule.types.end()) {
    throw invalid_parameter_values("ComparisonOperator " + std::string(rule.name) +
                                   " is not valid for " + std::string(type_name(type)) +
                                   " AttributeValue type");
  }
  if (comparison == ComparisonOperator::between && is_less(values[1].view(), values[0].view())) {
    throw validation_error(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound");
  }
}

Condition condition_of(std::vector<AttributeCondition> conditions, Joined joined) {
  assert(!conditions.empty());
  std::vector<ConditionNode> nodes;
  for (auto& condition : conditions) nodes.push_back(node_of(std::move(condition)));
  return Condition::of(logical(
      joined == Joined::all_hold ? ConditionNode::Kind::all_of : ConditionNode::Kind::any_of,
      std::move(nodes)));
}

void AttributeUpdate::require_sense() const {
  expression::require_attribute_name(attribute);
  if (!value) {
    if (action == Action::remove) return;
    throw invalid_parameter_values(
        "Only DELETE action is allowed when no attribute value is specified");
  }
  const Type type = value->view().type();
  const bool is_set = type >= Type::string_set;
  if (action == Action::remove && !is_set) {
    throw invalid_parameter_values("DELETE action with value is not supported for the type " +
                                   std::string(type_name(type)));
  }
  if (action == Action::add && !is_set && type != Type::number && type != Type::list) {
    throw invalid_parameter_values("ADD action is not supported for the type " +
                                   std::string(type_name(type)));
  }
}

Update update_of(std::vector<AttributeUpdate> updates) {
  assert(!updates.empty());
  std::vector<UpdateAction> actions;
  for (auto& update : updates) {
    UpdateAction action;
    action.kind = kind_of(update);
    action.target = path_to(std::move(update.attribute));
    if (update.value) action.value = operand_of(*std::move(update.value));
    action.is_attribute_update = true;
    actions.push_back(std::move(action));
  }
  return Update::of(std::move(actions));
}

}  // namespace engine
