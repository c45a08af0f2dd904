#pragma once

#include <cstdint>
#include <string_view>

namespace engine {

/// Spreads the bits of a number over all bits; one to one (splitmix64's last step).
inline std::uint64_t mix(std::uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/// Part of the store's format: the same bytes have the same hash for ever (FNV-1a, mixed).
inline std::uint64_t stable_hash(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return mix(hash);
}

}  // namespace engine
