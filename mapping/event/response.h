#pragma once

#include "mapping/function/functions.h"

namespace mapping {

/// How far a batch got.
enum class Response {
  accepted,     ///< The function has dealt with all of it.
  refused,      ///< The function failed: an attempt is used up.
  not_reached,  ///< The function never saw it: no attempt is used up.
};

/// What an invocation says about its batch (event-source-mapping.md 5.1): whatever the function
/// replies, a reply is a success.
Response read_response(const Invocation& invocation);

}  // namespace mapping
