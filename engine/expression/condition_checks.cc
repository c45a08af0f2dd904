#include <algorithm>
#include <array>

#include "engine/expression/checks.h"
#include "engine/expression/names.h"
#include "engine/expression/parser.h"
#include "engine/limits.h"
#include "engine/value/value_errors.h"

namespace engine::expression {

namespace {

using Kind = ConditionNode::Kind;

std::size_t operand_count(Function function) {
  switch (function) {
    case Function::attribute_exists:
    case Function::attribute_not_exists:
    case Function::size:
      return 1;
    default:
      return 2;
  }
}

std::string_view operation_of(const ConditionNode& node) {
  static constexpr std::array<std::string_view, 6> comparators = {"=", "<>", "<", "<=", ">", ">="};
  switch (node.kind) {
    case Kind::between:
      return "BETWEEN";
    case Kind::in:
      return "IN";
    case Kind::function:
      return node.operands[0].name;
    default:
      return comparators[static_cast<std::size_t>(node.comparator)];
  }
}

/// The type it is sure to have; nothing for what comes from the item.
std::optional<Type> type_of(const Operand& operand) {
  if (operand.is_value()) return operand.value.view().type();
  if (operand.is_function() && operand.function == Function::size) return Type::number;
  return std::nullopt;
}

bool has_order(Type type) {
  return type == Type::string || type == Type::number || type == Type::binary;
}

class Checker {
 public:
  explicit Checker(std::string_view kind) : kind_(kind) {}

  template <class Node, class Visit>
  static void for_each_condition(Node& node, const Visit& visit) {
    if (!node.is_logical()) return visit(node);
    for (auto& child : node.children) for_each_condition(child, visit);
  }

  void refuse_unknown(const ConditionNode& node) const {
    for (const auto& operand : node.operands) refuse_unknown_functions(kind_, operand);
  }

  /// `size` is an operand and no condition; the others are conditions and no operands.
  void refuse_misplaced(const ConditionNode& node) const {
    for (const auto& operand : node.operands) {
      expression::for_each_function(operand, [&](const Operand& function) {
        const bool is_condition = node.kind == Kind::function && &function == &node.operands[0];
        const bool is_for_updates = function.function == Function::if_not_exists ||
                                    function.function == Function::list_append;
        if (is_for_updates || is_condition == (function.function == Function::size)) {
          throw misplaced_function(kind_, function);
        }
      });
    }
  }

  void check(const ConditionNode& node) const {
    for_each_function(node, [&](const Operand& function) { check_count(function); });
    if (node.kind == Kind::in && node.operands.size() > in_operands_max) {
      throw invalid(kind_,
                    "The IN operator is provided with too many operands; number of operands: " +
                        std::to_string(node.operands.size()));
    }
    for_each_function(node, [&](const Operand& function) {
      refuse_identical(function.name, function.arguments);
    });
    if (node.kind != Kind::function) refuse_identical(operation_of(node), node.operands);
    for_each_function(node, [&](const Operand& function) { check_function(function); });
    check_types(node);
  }

 private:
  /// 100 are documented; the one before IN is counted with them.
  static constexpr std::size_t in_operands_max = 100;

  template <class Visit>
  static void for_each_function(const ConditionNode& node, const Visit& visit) {
    for (const auto& operand : node.operands) expression::for_each_function(operand, visit);
  }

  void check_count(const Operand& function) const {
    if (function.arguments.size() != operand_count(function.function)) {
      throw wrong_operand_count(kind_, function.name, function.arguments.size());
    }
  }

  void refuse_identical(std::string_view operation, const std::vector<Operand>& operands) const {
    if (!operands[0].is_path()) return;
    for (std::size_t i = 1; i < operands.size(); ++i) {
      if (!operands[i].is_path() || operands[i].path != operands[0].path) continue;
      throw invalid(kind_,
                    "The first operand must be distinct from the remaining operands for this "
                    "operator or function; operator: " +
                        std::string(operation) + ", first operand: " + path_text(operands[0].path));
    }
  }

  void check_function(const Operand& function) const {
    const auto& arguments = function.arguments;
    switch (function.function) {
      case Function::attribute_exists:
      case Function::attribute_not_exists:
        if (!arguments[0].is_path()) throw path_required(kind_, function);
        return;
      case Function::attribute_type:
        return check_type_name(function);
      case Function::begins_with:
        for (const auto& argument : arguments) {
          const auto type = type_of(argument);
          if (type && *type != Type::string && *type != Type::binary) {
            throw wrong_operand_type(kind_, function.name, type_name(*type));
          }
        }
        return;
      case Function::size: {
        const auto type = type_of(arguments[0]);
        if (type && (*type == Type::number || *type == Type::boolean || *type == Type::null)) {
          throw wrong_operand_type(kind_, function.name, type_name(*type));
        }
        return;
      }
      default:
        return;
    }
  }

  void check_type_name(const Operand& function) const {
    const Operand& wanted = function.arguments[1];
    if (!wanted.is_value()) {
      throw wrong_operand_type(kind_, function.name, "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    }
    const ValueView value = wanted.value;
    if (value.type() != Type::string) {
      throw wrong_operand_type(kind_, function.name, type_name(value.type()));
    }
    for (int type = 0; type <= static_cast<int>(Type::binary_set); ++type) {
      if (value.text() == type_name(static_cast<Type>(type))) return;
    }
    throw invalid(kind_, "Invalid attribute type name found; type: " + std::string(value.text()) +
                             ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }

  void check_types(const ConditionNode& node) const {
    const bool is_ordered = node.kind == Kind::between ||
                            (node.kind == Kind::comparison && node.comparator >= Comparator::less);
    if (!is_ordered) return;
    for (const auto& operand : node.operands) {
      const auto type = type_of(operand);
      if (type && !has_order(*type)) {
        throw wrong_operand_type(kind_, operation_of(node), type_name(*type));
      }
    }
    if (node.kind == Kind::between) check_bounds(node.operands[1], node.operands[2]);
  }

  void check_bounds(const Operand& lower, const Operand& upper) const {
    if (!lower.is_value() || !upper.is_value()) return;
    const ValueView low = lower.value;
    const ValueView high = upper.value;
    const std::string bounds = "; lower bound operand: " + printed_value(low) +
                               ", upper bound operand: " + printed_value(high);
    if (low.type() != high.type()) {
      throw invalid(
          kind_,
          "The BETWEEN operator requires same data type for lower and upper bounds" + bounds);
    }
    const bool is_number = low.type() == Type::number;
    if (is_number ? low.number() > high.number() : low.text() > high.text()) {
      throw invalid(kind_,
                    "The BETWEEN operator requires upper bound to be greater than or equal to "
                    "lower bound" +
                        bounds);
    }
  }

  std::string_view kind_;
};

}  // namespace

void check_condition(std::string_view kind, ConditionNode& root, const Findings& findings,
                     Placeholders& placeholders) {
  const Checker checker(kind);
  Names names(kind, placeholders);
  refuse_bad_paths(kind, findings);
  Checker::for_each_condition(root, [&](const auto& node) { checker.refuse_unknown(node); });
  Checker::for_each_condition(root, [&](const auto& node) { checker.refuse_misplaced(node); });
  refuse_too_many_operators(kind, findings);
  Checker::for_each_condition(root, [&](const auto& node) {
    for (const auto& operand : node.operands) names.refuse_reserved(operand);
  });
  Checker::for_each_condition(root, [&](auto& node) {
    for (auto& operand : node.operands) names.resolve(operand);
    checker.check(node);
  });
}

void check_condition(const ConditionNode& root, const Findings& findings) {
  const Checker checker("");
  refuse_bad_paths("", findings);
  Checker::for_each_condition(root, [&](const auto& node) { checker.refuse_misplaced(node); });
  refuse_too_many_operators("", findings);
  Checker::for_each_condition(root, [&](const auto& node) { checker.check(node); });
}

}  // namespace engine::expression
