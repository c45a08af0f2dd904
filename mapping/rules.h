#pragma once

#include <string>

#include "engine/api_error.h"
#include "mapping/mapping.h"
#include "mapping/means.h"

/// What a mapping must be beyond the range of each member (event-source-mapping.md 1.3, 1.7), and
/// the words for what it is not.
namespace mapping {

engine::ApiError invalid_parameter(std::string message);

/// The members of a mapping among themselves, and with the kind of its source. The same for a new
/// mapping and for one that was changed. Throws `ApiError`.
void check_members(const Mapping& mapping);

/// The position that a new mapping on a stream asks for. Throws `ApiError`.
StartingPosition position_of(const MappingSpec& spec);

/// A new mapping's source is there, and suits a function that takes up to `function_timeout`.
/// Throws `ApiError`.
void check_source(const Means& means, const Mapping& mapping, engine::Duration function_timeout);
/// The second half of it: a message stays hidden for as long as the function may take.
void check_visibility(const Means& means, const Mapping& mapping,
                      engine::Duration function_timeout);

/// Another mapping, `uuid`, has the same source and function.
engine::ApiError duplicate_of(const std::string& uuid, const Mapping& mapping);

/// Throws `ApiError` for tags that no resource may have, or that are too many.
void check_tags(const Tags& tags);

}  // namespace mapping
