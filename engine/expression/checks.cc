#include "engine/expression/checks.h"

#include <algorithm>

#include "engine/expression/names.h"
#include "engine/expression/parser.h"
#include "engine/limits.h"

namespace engine::expression {

void refuse_bad_paths(std::string_view kind, const Findings& findings) {
  if (!findings.path_problem.empty()) throw invalid(kind, findings.path_problem);
}

void refuse_too_many_operators(std::string_view kind, const Findings& findings) {
  if (findings.operators <= limits::expression_operators_max) return;
  throw invalid(kind, "The expression contains too many operators; operator count: " +
                          std::to_string(findings.operators));
}

void refuse_unknown_functions(std::string_view kind, const Operand& operand) {
  for_each_function(operand, [&](const Operand& function) {
    if (function.function != Function::unknown) return;
    throw invalid(kind, "Invalid function name; function: " + function.name);
  });
}

ApiError misplaced_function(std::string_view kind, const Operand& function) {
  return invalid(kind,
                 "The function is not allowed to be used this way in an expression; function: " +
                     function.name);
}

ApiError wrong_operand_count(std::string_view kind, std::string_view operation, std::size_t count) {
  return invalid(kind,
                 "Incorrect number of operands for operator or function; operator or function: " +
                     std::string(operation) + ", number of operands: " + std::to_string(count));
}

ApiError wrong_operand_type(std::string_view kind, std::string_view operation,
                            std::string_view type) {
  return invalid(kind, "Incorrect operand type for operator or function; operator or function: " +
                           std::string(operation) + ", operand type: " + std::string(type));
}

ApiError path_required(std::string_view kind, const Operand& function) {
  return invalid(kind, "Operator or function requires a document path; operator or function: " +
                           function.name);
}

void add_attribute(const Path& path, std::vector<std::string>& attributes) {
  const std::string& name = path[0].name;
  if (std::ranges::find(attributes, name) == attributes.end()) attributes.push_back(name);
}

void refuse_path_into_key(const Path& path, std::string_view key, KeyOwner owner) {
  if (path.size() < 2 || path[0].name != key) return;
  throw validation_error(
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
      "allowed: " +
      std::string(owner == KeyOwner::table ? "Key: " : "IndexKey: ") + std::string(key));
}

void refuse_paths_into_key(const Operand& operand, std::string_view key, KeyOwner owner) {
  if (operand.is_path()) refuse_path_into_key(operand.path, key, owner);
  for (const auto& argument : operand.arguments) refuse_paths_into_key(argument, key, owner);
}

}  // namespace engine::expression
