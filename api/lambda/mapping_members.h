#pragma once

#include "api/lambda/checks.h"
#include "mapping/mapping.h"

namespace api::lambda {

/// What the body of CreateEventSourceMapping or UpdateEventSourceMapping says, once it has passed
/// the check of the model.
mapping::MappingSpec read_mapping_spec(const Json& body);

/// The kind of the source of a new mapping. Throws `ApiError` if there is none, or one that is not
/// read here.
mapping::SourceKind check_source(const Json& body);

/// Refuses, by name, the members that mappings on this kind of source do not have. One that says
/// nothing (`ScalingConfig: {}`) is let pass.
void refuse_other_members(const Json& body, mapping::SourceKind kind);

}  // namespace api::lambda
