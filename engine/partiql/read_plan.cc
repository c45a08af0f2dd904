#include "engine/partiql/read_plan.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "engine/api_error.h"
#include "engine/expression/sort_kind.h"
#include "engine/limits.h"
#include "engine/partiql/conjuncts.h"

namespace engine::partiql {

namespace {

using expression::Comparator;
using expression::ConditionNode;
using expression::Function;
using expression::Operand;
using Kind = ConditionNode::Kind;

/// As many as a statement can name; more only come of combinations.
constexpr std::size_t partitions_max = limits::expression_operators_max;

/// In the order of their values, each there once.
using Values = std::vector<Value>;

/// The bytes whose order is that of the values of one type.
std::string_view order_of(ValueView value) {
  switch (value.type()) {
    case Type::number:
      return value.number();
    case Type::string:
    case Type::binary:
      return value.text();
    default:
      return value.bytes();
  }
}

bool is_before(const Value& one, const Value& other) {
  const ValueView a = one;
  const ValueView b = other;
  return std::pair(a.type(), order_of(a)) < std::pair(b.type(), order_of(b));
}

void sort_and_unite(Values& values) {
  std::sort(values.begin(), values.end(), is_before);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

Values common(const Values& some, const Values& others) {
  Values both;
  std::set_intersection(some.begin(), some.end(), others.begin(), others.end(),
                        std::back_inserter(both), is_before);
  return both;
}

/// `attribute IN [value, ...]`
bool is_list_of_values(const ConditionNode& node, std::string_view name) {
  const auto is_value = [](const Operand& operand) { return operand.is_value(); };
  return node.kind == Kind::in && is_attribute(node.operands[0], name) &&
         std::all_of(node.operands.begin() + 1, node.operands.end(), is_value);
}

/// Those of which the attribute must have one for the condition to hold; nothing if it may hold
/// with any.
std::optional<Values> values_demanded(const ConditionNode& node, std::string_view name) {
  if (const Value* const value = value_demanded(node, name)) return Values{*value};
  Values values;
  if (is_list_of_values(node, name)) {
    for (auto operand = node.operands.begin() + 1; operand != node.operands.end(); ++operand) {
      values.push_back(operand->value);
    }
    sort_and_unite(values);
    return values;
  }
  if (node.kind == Kind::any_of) {
    for (const auto& child : node.children) {
      auto more = values_demanded(child, name);
      if (!more) return std::nullopt;
      std::move(more->begin(), more->end(), std::back_inserter(values));
    }
    sort_and_unite(values);
    return values;
  }
  std::optional<Values> demanded;
  if (node.kind != Kind::all_of) return demanded;
  for (const auto& child : node.children) {
    auto more = values_demanded(child, name);
    if (more) demanded = demanded ? common(*demanded, *more) : std::move(*more);
  }
  return demanded;
}

/// Whether the condition demands no more than `values_demanded` says.
bool demands_only_values(const ConditionNode& node, std::string_view name) {
  if (value_demanded(node, name) != nullptr || is_list_of_values(node, name)) return true;
  return node.kind == Kind::any_of &&
         std::all_of(node.children.begin(), node.children.end(),
                     [&](const ConditionNode& child) { return demands_only_values(child, name); });
}

std::optional<Values> values_demanded(const Conjuncts& conjuncts, std::string_view name) {
  std::optional<Values> demanded;
  for (const auto& conjunct : conjuncts) {
    auto more = values_demanded(conjunct, name);
    if (more) demanded = demanded ? common(*demanded, *more) : std::move(*more);
  }
  return demanded;
}

/// Each of `partitions` with each of `values` behind it.
std::vector<Partition> combined(const std::vector<Partition>& partitions, const Values& values) {
  std::vector<Partition> all;
  for (const auto& partition : partitions) {
    for (const auto& value : values) {
      all.push_back(partition);
      all.back().push_back(value);
    }
  }
  return all;
}

void require_key_value(const KeyAttribute& attribute, ValueView value, bool is_partition) {
  if (value.type() != attribute.type) {
    throw invalid_parameter_values("Condition parameter type does not match schema type");
  }
  if (value.type() == Type::number) return;
  const std::size_t length = value.text().size();
  if (length == 0) {
    const std::string kind = value.type() == Type::string ? "string" : "binary";
    throw validation_error(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty " +
        kind + " value. Key: " + attribute.name);
  }
  if (is_partition && length > limits::partition_key_bytes_max) {
    throw invalid_parameter_values(
        "Size of hashkey has exceeded the maximum size limit of2048 bytes");
  }
  if (!is_partition && length > limits::sort_key_bytes_max) {
    throw invalid_parameter_values(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
  }
}

/// Takes what demands only values of the partition key out of `conjuncts`. Nothing if they leave
/// an attribute of it open.
std::optional<std::vector<Partition>> take_partitions(Conjuncts& conjuncts, const Source& source) {
  std::vector<Partition> partitions = {Partition()};
  for (const auto& attribute : source.partition()) {
    const auto values = values_demanded(conjuncts, attribute.name);
    if (!values || partitions.size() * values->size() > partitions_max) return std::nullopt;
    partitions = combined(partitions, *values);
  }
  for (std::size_t i = 0; i < source.partition().size(); ++i) {
    const auto& attribute = source.partition()[i];
    for (const auto& partition : partitions) require_key_value(attribute, partition[i], true);
    std::erase_if(conjuncts, [&](const ConditionNode& conjunct) {
      return demands_only_values(conjunct, attribute.name);
    });
  }
  return partitions;
}

std::optional<SortCondition> comparison_with(const ConditionNode& node, std::string_view name) {
  const Operand& left = node.operands[0];
  const Operand& right = node.operands[1];
  if (node.comparator == Comparator::not_equal) return std::nullopt;
  if (const Value* const value = value_demanded(node, name)) {
    return SortCondition{SortCondition::Kind::equal, {*value}};
  }
  if (is_attribute(left, name) && right.is_value()) {
    return SortCondition{expression::sort_kind_of(node.comparator, false), {right.value}};
  }
  if (is_attribute(right, name) && left.is_value()) {
    return SortCondition{expression::sort_kind_of(node.comparator, true), {left.value}};
  }
  return std::nullopt;
}

/// What of the attribute's values the condition admits, if these are a range.
std::optional<SortCondition> range_demanded(const ConditionNode& node, std::string_view name) {
  if (node.kind == Kind::comparison) return comparison_with(node, name);
  const auto is_on_values = [&](const std::vector<Operand>& operands) {
    return is_attribute(operands[0], name) &&
           std::all_of(operands.begin() + 1, operands.end(),
                       [](const Operand& operand) { return operand.is_value(); });
  };
  if (node.kind == Kind::between && is_on_values(node.operands)) {
    return SortCondition{SortCondition::Kind::between,
                         {node.operands[1].value, node.operands[2].value}};
  }
  if (node.kind != Kind::function) return std::nullopt;
  const Operand& function = node.operands[0];
  if (function.function != Function::begins_with || !is_on_values(function.arguments)) {
    return std::nullopt;
  }
  return SortCondition{SortCondition::Kind::begins_with, {function.arguments[1].value}};
}

bool is_lower(SortCondition::Kind kind) {
  return kind == SortCondition::Kind::greater || kind == SortCondition::Kind::greater_or_equal;
}

bool is_upper(SortCondition::Kind kind) {
  return kind == SortCondition::Kind::less || kind == SortCondition::Kind::less_or_equal;
}

/// The range of values that conditions on the attribute leave. What it says completely is taken out
/// of `conjuncts`.
std::optional<SortCondition> take_range(Conjuncts& conjuncts, const KeyAttribute& attribute) {
  struct Found {
    std::size_t position;
    SortCondition range;
  };
  std::vector<Found> all;
  for (std::size_t i = 0; i < conjuncts.size(); ++i) {
    auto range = range_demanded(conjuncts[i], attribute.name);
    if (!range) continue;
    for (const auto& value : range->values) require_key_value(attribute, value, false);
    all.push_back({i, std::move(*range)});
  }
  const auto first = [&](const auto& is_wanted) {
    return std::find_if(all.begin(), all.end(),
                        [&](const Found& found) { return is_wanted(found.range.kind); });
  };
  const auto take = [&](const Found& found) {
    conjuncts.erase(conjuncts.begin() + static_cast<std::ptrdiff_t>(found.position));
    return found.range;
  };
  const auto equal = first([](auto kind) { return kind == SortCondition::Kind::equal; });
  if (equal != all.end()) return take(*equal);
  const auto lower = first(is_lower);
  const auto upper = first(is_upper);
  if (lower != all.end() && upper != all.end()) {
    // It says nothing of ends that are excluded.
    return SortCondition{SortCondition::Kind::between,
                         {lower->range.values[0], upper->range.values[0]}};
  }
  if (all.empty()) return std::nullopt;
  return take(all.front());
}

std::vector<SortCondition> take_ranges(Conjuncts& conjuncts, const Source& source) {
  std::vector<SortCondition> ranges;
  for (const auto& attribute : source.sort()) {
    auto range = take_range(conjuncts, attribute);
    if (!range) break;
    ranges.push_back(std::move(*range));
    if (ranges.back().kind != SortCondition::Kind::equal) break;
  }
  return ranges;
}

void note_attributes(const Operand& operand, std::vector<std::string>& names) {
  for (const auto& argument : operand.arguments) note_attributes(argument, names);
  if (!operand.is_path()) return;
  const auto& name = operand.path[0].name;
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

void note_attributes(const ConditionNode& node, std::vector<std::string>& names) {
  for (const auto& child : node.children) note_attributes(child, names);
  for (const auto& operand : node.operands) note_attributes(operand, names);
}

}  // namespace

ReadPlan plan_of(std::optional<ConditionNode> where, const Source& source) {
  Conjuncts conjuncts = conjuncts_of(std::move(where));
  ReadPlan plan;
  plan.partitions = take_partitions(conjuncts, source);
  if (plan.partitions) plan.sort = take_ranges(conjuncts, source);
  for (const auto& conjunct : conjuncts) note_attributes(conjunct, plan.filter_attributes);
  plan.filter = condition_of(std::move(conjuncts));
  return plan;
}

}  // namespace engine::partiql
