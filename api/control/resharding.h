#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "api/operation.h"
#include "engine/stream/streams.h"

namespace api::control {

/// The text members of a JSON object that has exactly these. Throws `ApiError`
/// (ValidationException) that names the member.
std::map<std::string, std::string> text_members_of(const std::string& body,
                                                   std::span<const std::string_view> names);

/// Which shards were closed, and which opened for them.
RestAnswer answer_of(const std::string& stream_arn, const engine::Reshaped& reshaped);

}  // namespace api::control
