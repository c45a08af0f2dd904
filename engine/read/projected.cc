#include "engine/read/projected.h"

namespace engine {

std::string not_projected(const Source& source, const std::vector<std::string>& attributes) {
  std::string names;
  for (const auto& attribute : attributes) {
    if (source.projects(attribute)) continue;
    names.append(names.empty() ? "[" : ", ").append(attribute);
  }
  if (!names.empty()) names += ']';
  return names;
}

}  // namespace engine
