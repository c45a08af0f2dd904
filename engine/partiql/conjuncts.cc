#include "engine/partiql/conjuncts.h"

#include <utility>

namespace engine::partiql {

namespace {

using expression::ConditionNode;
using expression::Operand;

void flatten(ConditionNode node, Conjuncts& all) {
  if (node.kind != ConditionNode::Kind::all_of) return all.push_back(std::move(node));
  for (auto& child : node.children) flatten(std::move(child), all);
}

}  // namespace

Conjuncts conjuncts_of(std::optional<ConditionNode> where) {
  Conjuncts all;
  if (where) flatten(std::move(*where), all);
  return all;
}

std::optional<Condition> condition_of(Conjuncts conjuncts) {
  if (conjuncts.empty()) return std::nullopt;
  ConditionNode all;
  all.kind = ConditionNode::Kind::all_of;
  all.children = std::move(conjuncts);
  return Condition::of(std::move(all));
}

bool is_attribute(const Operand& operand, std::string_view name) {
  return operand.is_path() && operand.path.size() == 1 && operand.path[0].name == name;
}

const Value* value_demanded(const ConditionNode& condition, std::string_view name) {
  const bool is_equality = condition.kind == ConditionNode::Kind::comparison &&
                           condition.comparator == expression::Comparator::equal;
  if (!is_equality) return nullptr;
  const Operand& left = condition.operands[0];
  const Operand& right = condition.operands[1];
  if (is_attribute(left, name) && right.is_value()) return &right.value;
  if (is_attribute(right, name) && left.is_value()) return &left.value;
  return nullptr;
}

}  // namespace engine::partiql
