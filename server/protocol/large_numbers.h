#pragma once

#include <string>
#include <string_view>

namespace server {

/// JSON knows no largest number, simdjson does. The same JSON with numbers that it can hold: in the
/// place of those that are too large stands the largest of their kind. What is no JSON stays none.
std::string with_numbers_in_range(std::string_view json);

}  // namespace server
