#pragma once

#include <cstdint>
#include <string_view>

#include "api/shape.h"

namespace api {

/// What tells requests with the same ClientRequestToken apart: equal for equal payloads, whatever
/// the order of the members of their objects. Members that are null count as left out.
std::uint64_t payload_hash(std::string_view operation, JsonView payload);

}  // namespace api
