#include "mapping/shard/policy.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "engine/hash.h"

namespace mapping {

engine::Duration Backoff::after(int attempts, std::uint64_t chance) const {
  assert(attempts > 0);
  engine::Duration wait = std::min(base, cap);
  for (int i = 1; i < attempts && wait < cap && wait.count() > 0; ++i) {
    wait = std::min(wait * factor, cap);
  }
  const double share = static_cast<double>(engine::mix(chance) >> 11) * 0x1.0p-53;
  const double extra = static_cast<double>(wait.count()) * jitter * share;
  return wait + engine::Duration(std::llround(extra));
}

}  // namespace mapping
