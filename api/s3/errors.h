#pragma once

#include <string>

#include "engine/api_error.h"

/// What S3 says no with.
namespace api::s3 {

engine::ApiError no_such_key();
engine::ApiError invalid_argument(const std::string& message);
engine::ApiError invalid_request(const std::string& message);
engine::ApiError malformed_xml();
engine::ApiError precondition_failed();
/// For what this version does not do: NotImplemented with its name.
engine::ApiError not_implemented(const std::string& what);

}  // namespace api::s3
