#pragma once

#include <memory>
#include <string_view>

#include "engine/api_error.h"
#include "engine/stream/streams.h"

namespace api {

/// Throws ValidationException `Invalid StreamArn` unless it is
/// `arn:<partition>:dynamodb:<region>:<account>:table/<TableName>/stream/<StreamLabel>`.
void require_stream_arn(std::string_view arn);

/// Throws that, or ResourceNotFoundException `...: Stream: <StreamArn> not found`.
std::shared_ptr<engine::Stream> stream_of(const engine::Streams& streams, std::string_view arn);

/// TrimmedDataAccessException: reading from there would miss records.
engine::ApiError data_is_trimmed();

}  // namespace api
