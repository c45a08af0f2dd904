#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "api/shape.h"

namespace api {

/// A member that is there and not null; of several with the name the last.
inline std::optional<JsonView> member_of(JsonView object, std::string_view name) {
  std::optional<JsonView> found;
  for (const auto& [here, value] : simdjson::dom::object(object)) {
    if (here == name && !value.is_null()) found = value;
  }
  return found;
}

/// A member that the check of the input has found to be there.
inline JsonView required_member(JsonView object, std::string_view name) {
  return member_of(object, name).value();
}

/// `Limit`, or `otherwise` if it is left out.
inline std::size_t limit_of(JsonView body, std::size_t otherwise) {
  const auto limit = member_of(body, "Limit");
  return limit ? static_cast<std::size_t>(integer_of(*limit)) : otherwise;
}

}  // namespace api
