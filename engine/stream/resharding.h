#pragma once

#include <string_view>

#include "engine/stream/streams.h"

namespace engine {

/// Closes the shard and opens two children, each with one half of its hash range. Throws
/// `ApiError`: ResourceNotFoundException, or ValidationException for a shard that is closed or owns
/// one hash only.
Reshaped split(Streams& streams, std::string_view stream_arn, std::string_view shard_id);

/// Closes every open shard and opens one child each. Throws `ApiError`: ResourceNotFoundException,
/// or ValidationException for a stream that is disabled.
Reshaped roll_over(Streams& streams, std::string_view stream_arn);

}  // namespace engine
