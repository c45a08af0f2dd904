#include <optional>

#include "engine/expression/checks.h"
#include "engine/expression/names.h"
#include "engine/expression/parser.h"

namespace engine::expression {

namespace {

using Kind = UpdateAction::Kind;

/// Calls `visit` for the operands on the right of every action, in the order of the text.
template <class Actions, class Visit>
void for_each_operand(Actions& actions, const Visit& visit) {
  for (auto& action : actions) {
    if (action.kind == Kind::remove) continue;
    visit(action.value);
    if (action.second) visit(*action.second);
  }
}

/// `list_append` is the whole of what is set; only `if_not_exists` may stand inside something else.
void refuse_misplaced_functions(std::string_view kind, const UpdateAction& action) {
  const auto check = [&](const Operand& operand) {
    for_each_function(operand, [&](const Operand& function) {
      if (function.function < Function::if_not_exists) {
        throw invalid(kind, "The function is not allowed in an update expression; function: " +
                                function.name);
      }
      const bool is_whole = &function == &action.value && !action.second;
      const bool is_allowed = function.function == Function::if_not_exists ||
                              (function.function == Function::list_append && is_whole);
      if (!is_allowed) throw misplaced_function(kind, function);
    });
  };
  check(action.value);
  if (action.second) check(*action.second);
}

/// As the messages for ADD and DELETE call it.
std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::string:
      return "STRING";
    case Type::number:
      return "NUMBER";
    case Type::binary:
      return "BINARY";
    case Type::boolean:
      return "BOOLEAN";
    case Type::null:
      return "NULL";
    case Type::list:
      return "LIST";
    default:
      return "MAP";
  }
}

void check_section_operand(std::string_view kind, const UpdateAction& action) {
  if (action.kind != Kind::add && action.kind != Kind::subtract_elements) return;
  const Type type = action.value.value.view().type();
  const bool is_add = action.kind == Kind::add;
  if (type >= Type::string_set || (is_add && type == Type::number)) return;
  throw invalid(kind, std::string("Incorrect operand type for operator or function; operator: ") +
                          (is_add ? "ADD" : "DELETE") +
                          ", operand type: " + std::string(long_type_name(type)));
}

/// A literal must be of `type`; what comes from the item is looked at when it is there.
void require_type(std::string_view kind, std::string_view operation, const Operand& operand,
                  Type type) {
  if (!operand.is_value()) return;
  const Type found = operand.value.view().type();
  if (found != type) throw wrong_operand_type(kind, operation, type_name(found));
}

void check_function(std::string_view kind, const Operand& function) {
  const auto& arguments = function.arguments;
  if (arguments.size() != 2) throw wrong_operand_count(kind, function.name, arguments.size());
  if (function.function == Function::if_not_exists) {
    if (!arguments[0].is_path()) throw path_required(kind, function);
    return;
  }
  for (const auto& argument : arguments) require_type(kind, function.name, argument, Type::list);
}

void check_operands(std::string_view kind, const UpdateAction& action) {
  const auto check = [&](const Operand& function) { check_function(kind, function); };
  for_each_function(action.value, check);
  if (!action.second) return;
  for_each_function(*action.second, check);
  const std::string_view sign(&action.sign, 1);
  require_type(kind, sign, action.value, Type::number);
  require_type(kind, sign, *action.second, Type::number);
}

/// What is left to look at once everything is in its place.
void check_actions(std::string_view kind, const std::vector<UpdateAction>& actions) {
  std::vector<const Path*> targets;
  targets.reserve(actions.size());
  for (const auto& action : actions) targets.push_back(&action.target);
  refuse_overlapping(kind, targets);
  for (const auto& action : actions) check_section_operand(kind, action);
  for (const auto& action : actions) check_operands(kind, action);
}

}  // namespace

void check_update(std::string_view kind, std::vector<UpdateAction>& actions,
                  const Findings& findings, Placeholders& placeholders) {
  refuse_bad_paths(kind, findings);

  Names names(kind, placeholders);
  for (const auto& action : actions) {
    names.refuse_reserved(action.target);
    names.refuse_reserved(action.value);
    if (action.second) names.refuse_reserved(*action.second);
  }
  for_each_operand(actions, [&](const Operand& each) { refuse_unknown_functions(kind, each); });
  for (const auto& action : actions) refuse_misplaced_functions(kind, action);
  refuse_too_many_operators(kind, findings);
  if (!findings.repeated_section.empty()) {
    throw invalid(kind, "The \"" + findings.repeated_section +
                            "\" section can only be used once in an update expression;");
  }

  for (auto& action : actions) {
    names.resolve_names(action.target);
    names.resolve_names(action.value);
    if (action.second) names.resolve_names(*action.second);
  }
  for_each_operand(actions, [&](Operand& each) { names.resolve_values(each); });
  check_actions(kind, actions);
}

void check_update(const std::vector<UpdateAction>& actions, const Findings& findings) {
  refuse_bad_paths("", findings);
  for (const auto& action : actions) refuse_misplaced_functions("", action);
  refuse_too_many_operators("", findings);
  for (const auto& action : actions) {
    for (const auto& step : action.target) {
      if (!step.is_index) require_attribute_name(step.name);
    }
  }
  check_actions("", actions);
}

}  // namespace engine::expression
