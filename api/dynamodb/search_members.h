#pragma once

#include "api/operation.h"

namespace api {

/// SearchVectors has a request reader of its own, which is strict and tells where in the text it
/// stopped (dynamodb.md 18). Throws SerializationException for a required member of another JSON
/// type, null included, and ValidationException for one that is not there.
void check_search_members(const Call& call);

}  // namespace api
