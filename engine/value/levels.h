#pragma once

#include <cstddef>

#include "engine/value/attribute_value.h"

namespace engine {

/// How deep the value nests, itself with it: 1 for a scalar.
std::size_t levels(ValueView value);

}  // namespace engine
