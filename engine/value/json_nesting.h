#pragma once

#include <string_view>

namespace engine {

/// Parsers of JSON that build a tree take any depth, but those who walk the tree use up the stack.
/// What clients and functions send is looked at before it is parsed.
inline constexpr int json_levels_max = 500;

/// Whether arrays and objects are nested deeper than that. The text need not be JSON.
bool is_nested_too_deep(std::string_view json);

}  // namespace engine
