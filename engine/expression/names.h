#pragma once

#include <string_view>
#include <vector>

#include "engine/expression/ast.h"
#include "engine/expression/expression.h"

namespace engine::expression {

/// Throws ValidationException if an update must not make an attribute of that name.
void require_attribute_name(std::string_view name);

/// Calls `visit` for every function in `operand`, the inner ones first.
template <class Visit>
void for_each_function(const Operand& operand, const Visit& visit) {
  if (!operand.is_function()) return;
  for (const auto& argument : operand.arguments) for_each_function(argument, visit);
  visit(operand);
}

/// Puts what placeholders stand for in their places, and refuses reserved words. All throw
/// ValidationException (dynamodb.md 5.1, 5.3).
class Names {
 public:
  Names(std::string_view kind, Placeholders& placeholders)
      : kind_(kind), placeholders_(placeholders) {}

  void refuse_reserved(const Path& path) const;
  void refuse_reserved(const Operand& operand) const;
  void resolve_names(Path& path);
  void resolve_names(Operand& operand);
  void resolve_values(Operand& operand);
  /// Both, in the order of the text.
  void resolve(Operand& operand);

 private:
  void resolve_value(Operand& operand);

  std::string_view kind_;
  Placeholders& placeholders_;
};

/// Two paths of which one goes through or into the other, or that disagree whether something is a
/// map or a list: `Two document paths overlap with each other; ...` (dynamodb.md 5.8).
void refuse_overlapping(std::string_view kind, const std::vector<const Path*>& paths);

}  // namespace engine::expression
