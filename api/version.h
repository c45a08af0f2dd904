#pragma once

#include <string_view>

namespace api {

/// Of the program: `0.1.0`.
std::string_view version();

}  // namespace api
