#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"

/// `NextToken` of lists that have one: it says after what the next page begins.
namespace api {

std::string page_token(std::string_view last);
/// After what to begin, if the request has a token. Throws ValidationException for one that nobody
/// was given.
std::optional<std::string> after_token(JsonView body);

}  // namespace api
