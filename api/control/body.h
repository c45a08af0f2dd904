#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace api::control {

/// The JSON object that the body of a control call is. Throws `ApiError` (ValidationException).
nlohmann::json object_of(const std::string& body);

}  // namespace api::control
