#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/shape.h"

namespace api {

/// The value as AWS prints it into a message (dynamodb.md 3.1): strings as they are, `[a, b]`,
/// `{k=v}`, structures in the way of Java.
std::string printed(const Shape& shape, JsonView value);

/// `[a, b]`
std::string list_text(std::span<const std::string_view> elements);

}  // namespace api
