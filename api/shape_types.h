#pragma once

#include "api/shape.h"

namespace api {

/// Throws SerializationException for the first member whose JSON type cannot be converted to the
/// model's (dynamodb.md 2.6): structures, lists and maps first, then scalars.
void require_types(const Shape& shape, JsonView body);

}  // namespace api
