#pragma once

#include "api/lambda/checks.h"
#include "mapping/report.h"

namespace api::lambda {

/// The EventSourceMappingConfiguration of a mapping: exactly the members of event-source-mapping.md
/// 1.5 on a stream and of 1.6 on a queue, and no nulls.
Json mapping_json(const mapping::MappingView& view);

}  // namespace api::lambda
