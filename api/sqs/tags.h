#pragma once

#include <map>
#include <string>

#include "api/sqs/input.h"

namespace api::sqs {

/// The tags in the member `name`; none if it is not there. Errors: InvalidParameterValueException.
std::map<std::string, std::string> tags(const Json& input, const char* name);

}  // namespace api::sqs
