#include "mapping/shard/policy.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace mapping {

namespace {

/// Well-mixed bits of a number (the finaliser of SplitMix64).
std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

}  // namespace

engine::Duration Backoff::after(int attempts, std::uint64_t chance) const {
  assert(attempts > 0);
  engine::Duration wait = std::min(base, cap);
  for (int i = 1; i < attempts && wait < cap && wait.count() > 0; ++i) {
    wait = std::min(wait * factor, cap);
  }
  const double share = static_cast<double>(mix(chance) >> 11) * 0x1.0p-53;
  const double extra = static_cast<double>(wait.count()) * jitter * share;
  return wait + engine::Duration(std::llround(extra));
}

}  // namespace mapping
