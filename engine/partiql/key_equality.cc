#include "engine/partiql/key_equality.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/partiql/conjuncts.h"

namespace engine::partiql {

namespace {

bool has_equality(const expression::ConditionNode& node, std::string_view name) {
  if (node.kind != expression::ConditionNode::Kind::all_of) {
    return value_demanded(node, name) != nullptr;
  }
  return std::any_of(
      node.children.begin(), node.children.end(),
      [&](const expression::ConditionNode& child) { return has_equality(child, name); });
}

/// Takes the first equality on the attribute out of `conjuncts`.
std::optional<Value> take_equality(Conjuncts& conjuncts, std::string_view name) {
  for (auto conjunct = conjuncts.begin(); conjunct != conjuncts.end(); ++conjunct) {
    const Value* const demanded = value_demanded(*conjunct, name);
    if (demanded == nullptr) continue;
    Value value = *demanded;
    conjuncts.erase(conjunct);
    return value;
  }
  return std::nullopt;
}

}  // namespace

bool names_one_item(const std::optional<expression::ConditionNode>& where,
                    const KeySchema& schema) {
  return where && has_equality(*where, schema.partition.name) &&
         (!schema.sort || has_equality(*where, schema.sort->name));
}

std::optional<OneItem> one_item_of(std::optional<expression::ConditionNode> where,
                                   const KeySchema& schema) {
  Conjuncts conjuncts = conjuncts_of(std::move(where));
  std::vector<std::pair<std::string, Value>> key;
  const auto take = [&](const KeyAttribute& attribute) {
    auto value = take_equality(conjuncts, attribute.name);
    if (value) key.emplace_back(attribute.name, std::move(*value));
    return value.has_value();
  };
  if (!take(schema.partition) || (schema.sort && !take(*schema.sort))) return std::nullopt;
  return OneItem{Item::of(std::move(key)), condition_of(std::move(conjuncts))};
}

}  // namespace engine::partiql
