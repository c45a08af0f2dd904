#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "api/shape.h"

namespace api {

/// A member that is there and not null.
inline std::optional<JsonView> member_of(JsonView object, std::string_view name) {
  JsonView value;
  if (object[name].get(value) != simdjson::SUCCESS || value.is_null()) return std::nullopt;
  return value;
}

/// `Limit`, or `otherwise` if it is left out.
inline std::size_t limit_of(JsonView body, std::size_t otherwise) {
  const auto limit = member_of(body, "Limit");
  return limit ? static_cast<std::size_t>(integer_of(*limit)) : otherwise;
}

}  // namespace api
