#pragma once

#include <string>
#include <vector>

#include "engine/read/source.h"

namespace engine {

/// `[a, b]`: those of the attributes that the source does not have. Empty if it has all.
std::string not_projected(const Source& source, const std::vector<std::string>& attributes);

}  // namespace engine
