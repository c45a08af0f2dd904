#pragma once

#include <string>

#include "api/lambda/checks.h"

namespace api::lambda {

enum class Tagged { mapping, function };

/// Checks what a call on tags says, `input` and the ARN in its path, and tells what the ARN is of.
/// Throws `ApiError`; for what has tags on AWS and does not exist here too.
Tagged check_tag_call(const char* operation, Json input, const RestCall& call);

}  // namespace api::lambda
