#pragma once

#include "api/shape.h"
#include "engine/arn.h"
#include "engine/table/change.h"

namespace api {

/// The table that the members of a CreateTable describe, also where they are members of something
/// else. Throws `ApiError` for what the check of the input does not see (dynamodb.md 13.2).
engine::TableSpec read_table_spec(JsonView body, const engine::Caller& caller);

}  // namespace api
