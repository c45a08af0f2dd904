#pragma once

#include <nlohmann/json.hpp>

#include "mapping/report.h"

namespace api::lambda {

/// The EventSourceMappingConfiguration of a mapping on a stream: exactly the members of
/// event-source-mapping.md 1.5, and no nulls.
nlohmann::json mapping_json(const mapping::MappingView& view);

}  // namespace api::lambda
