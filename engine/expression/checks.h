#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"
#include "engine/expression/ast.h"
#include "engine/expression/expression.h"

/// What is wrong with an expression whatever the item is. All throw ValidationException, and what
/// several things are wrong with is told in AWS's order.
namespace engine::expression {

/// Resolves names and values on the way (dynamodb.md 5.6).
void check_condition(std::string_view kind, ConditionNode& root, const Findings& findings,
                     Placeholders& placeholders);
/// The same for an update (dynamodb.md 5.9).
void check_update(std::string_view kind, std::vector<UpdateAction>& actions,
                  const Findings& findings, Placeholders& placeholders);

// The same for what has no placeholders and knows no reserved words: of a statement, where messages
// name no kind of expression.
void check_condition(const ConditionNode& root, const Findings& findings);
void check_update(const std::vector<UpdateAction>& actions, const Findings& findings);

// What both begin with.
void refuse_bad_paths(std::string_view kind, const Findings& findings);
void refuse_too_many_operators(std::string_view kind, const Findings& findings);
void refuse_unknown_functions(std::string_view kind, const Operand& operand);
ApiError misplaced_function(std::string_view kind, const Operand& function);
ApiError wrong_operand_count(std::string_view kind, std::string_view operation, std::size_t count);
ApiError wrong_operand_type(std::string_view kind, std::string_view operation,
                            std::string_view type);
ApiError path_required(std::string_view kind, const Operand& function);

/// Adds the attribute that the path begins with, unless it is there.
void add_attribute(const Path& path, std::vector<std::string>& attributes);

/// `Key attributes must be scalars; ...` if `path` goes into the attribute `key`.
void refuse_path_into_key(const Path& path, std::string_view key, KeyOwner owner);
void refuse_paths_into_key(const Operand& operand, std::string_view key, KeyOwner owner);

}  // namespace engine::expression
