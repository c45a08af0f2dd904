#pragma once

#include <cstddef>
#include <cstdint>

#include "api/operation.h"

namespace api::control {

/// Which part of a long list is asked for.
struct Page {
  std::uint64_t after = 0;
  std::size_t limit = 1000;
};

/// From `?after=&limit=`; at most 10,000 at once. Throws `ApiError` (ValidationException).
Page page_of(const RestCall& call);

}  // namespace api::control
