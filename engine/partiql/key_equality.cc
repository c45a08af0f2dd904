#include "engine/partiql/key_equality.h"

#include <string>
#include <utility>
#include <vector>

namespace engine::partiql {

namespace {

using expression::ConditionNode;
using expression::Operand;

/// The conditions of which all have to hold.
void flatten(ConditionNode node, std::vector<ConditionNode>& all) {
  if (node.kind != ConditionNode::Kind::all_of) return all.push_back(std::move(node));
  for (auto& child : node.children) flatten(std::move(child), all);
}

bool is_attribute(const Operand& operand, std::string_view name) {
  return operand.is_path() && operand.path.size() == 1 && operand.path[0].name == name;
}

/// What `condition` demands that the attribute equals, on whichever side; nothing if it does not.
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

/// Takes the first equality on the attribute out of `conditions`.
std::optional<Value> take_equality(std::vector<ConditionNode>& conditions, std::string_view name) {
  for (auto condition = conditions.begin(); condition != conditions.end(); ++condition) {
    const Value* const demanded = value_demanded(*condition, name);
    if (demanded == nullptr) continue;
    Value value = *demanded;
    conditions.erase(condition);
    return value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<OneItem> one_item_of(std::optional<ConditionNode> where, const KeySchema& schema) {
  if (!where) return std::nullopt;
  std::vector<ConditionNode> conditions;
  flatten(std::move(*where), conditions);

  std::vector<std::pair<std::string, Value>> key;
  const auto take = [&](const KeyAttribute& attribute) {
    auto value = take_equality(conditions, attribute.name);
    if (value) key.emplace_back(attribute.name, std::move(*value));
    return value.has_value();
  };
  if (!take(schema.partition) || (schema.sort && !take(*schema.sort))) return std::nullopt;

  OneItem one{Item::of(std::move(key)), std::nullopt};
  if (!conditions.empty()) {
    ConditionNode rest;
    rest.kind = ConditionNode::Kind::all_of;
    rest.children = std::move(conditions);
    one.rest = Condition::of(std::move(rest));
  }
  return one;
}

}  // namespace engine::partiql
