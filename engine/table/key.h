#pragma once

#include <optional>
#include <string>

#include "engine/value/attribute_value.h"

namespace engine {

/// One attribute of a key. `type` is string, number or binary.
struct KeyAttribute {
  std::string name;
  Type type = Type::string;
};

struct KeySchema {
  KeyAttribute partition;
  std::optional<KeyAttribute> sort;
};

}  // namespace engine
