#pragma once

#include <exception>
#include <string_view>

#include "engine/api_error.h"

namespace server {

/// What an operation threw, as the error to answer. What is not the client's doing becomes an
/// InternalServerError, status 500, that names the trouble, and is logged.
engine::ApiError failure_of(std::exception_ptr thrown, std::string_view operation);

}  // namespace server
