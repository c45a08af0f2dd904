#include "engine/expression/search_condition.h"

#include <algorithm>

#include "engine/expression/checks.h"
#include "engine/expression/parser.h"

namespace engine {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Operand;

constexpr std::string_view kind = "SearchConditionExpression";

ApiError invalid_comparator() {
  return expression::invalid(kind, "Invalid comparator used in " + std::string(kind));
}

/// A path further down is told by all of it: no search schema has such an attribute.
std::string name_of(const expression::Path& path) {
  return path.size() == 1 ? path.front().name : expression::path_text(path);
}

void add_equality(SearchCondition& condition, const ConditionNode& node) {
  if (node.kind != ConditionNode::Kind::comparison || node.comparator != Comparator::equal) {
    throw invalid_comparator();
  }
  const Operand* path = node.operands.data();
  const Operand* value = path + 1;
  if (value->is_path()) std::swap(path, value);
  if (!path->is_path() || !value->is_value()) {
    throw expression::invalid(
        kind, "Only an attribute and a value can be compared in " + std::string(kind));
  }
  auto name = name_of(path->path);
  const auto has_name = [&](const auto& equality) { return equality.first == name; };
  if (std::ranges::any_of(condition, has_name)) {
    throw expression::invalid(
        kind, std::string(kind) + "s must only contain one condition per " + "attribute: " + name);
  }
  condition.emplace_back(std::move(name), value->value);
}

void add_equalities(SearchCondition& condition, const ConditionNode& node) {
  if (node.kind != ConditionNode::Kind::all_of) return add_equality(condition, node);
  for (const auto& child : node.children) add_equalities(condition, child);
}

}  // namespace

SearchCondition parse_search_condition(std::string_view text, Placeholders& placeholders) {
  expression::Findings findings;
  auto root = expression::parse_condition(kind, text, findings);
  expression::check_condition(kind, root, findings, placeholders);
  SearchCondition condition;
  add_equalities(condition, root);
  return condition;
}

}  // namespace engine
