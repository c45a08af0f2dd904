#pragma once

#include <string_view>

#include "api/lambda/checks.h"

namespace api::lambda {

/// Looks at every member of `input`, the body of a request together with what came in its path and
/// query, as Lambda's published model has it (event-source-mapping.md 1.7). Members that the model
/// does not know are not looked at. Throws SerializationException for the first one of the wrong
/// JSON type, or ValidationException with all constraints that do not hold.
void check_model(std::string_view operation, const Json& input);

}  // namespace api::lambda
