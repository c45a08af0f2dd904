#pragma once

#include <string>

#include "engine/api_error.h"

/// What SNS says no with. Codes are those of the Query protocol.
namespace api::sns {

/// InvalidParameter, `Invalid parameter: <what>`
engine::ApiError invalid_parameter(const std::string& what);
/// ValidationError: `member` (`topicArn`) was not given.
engine::ApiError is_null(const std::string& member);
/// ParameterValueInvalid: something is wrong with a message attribute.
engine::ApiError invalid_attribute(const std::string& attribute, const std::string& what);
/// For what this version does not do: InvalidParameter with its name.
engine::ApiError unsupported(const std::string& what);

}  // namespace api::sns
