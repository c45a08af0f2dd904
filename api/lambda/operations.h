#pragma once

#include <span>

#include "api/operation.h"

namespace api {

/// CreateFunction, Invoke and the like.
std::span<const RestOperation> function_operations();

}  // namespace api
