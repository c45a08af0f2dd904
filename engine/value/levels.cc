#include "engine/value/levels.h"

#include <algorithm>

namespace engine {

std::size_t levels(ValueView value) {
  std::size_t inner = 0;
  if (value.type() == Type::map) {
    for (const auto& entry : value.map()) inner = std::max(inner, levels(entry.value));
  } else if (value.type() == Type::list) {
    for (const auto& element : value.list()) inner = std::max(inner, levels(element));
  }
  return inner + 1;
}

}  // namespace engine
