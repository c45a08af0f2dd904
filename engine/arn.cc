#include "engine/arn.h"

#include <array>

namespace engine {

std::string Arn::text() const {
  return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
}

std::optional<Arn> Arn::parse(std::string_view text) {
  std::array<std::string_view, 5> fields;
  for (auto& field : fields) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    field = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  if (fields[0] != "arn" || fields[1].empty() || fields[2].empty() || text.empty()) {
    return std::nullopt;
  }
  return Arn{.partition = std::string(fields[1]),
             .service = std::string(fields[2]),
             .region = std::string(fields[3]),
             .account = std::string(fields[4]),
             .resource = std::string(text)};
}

}  // namespace engine
