#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace engine {

/// The one source of chance in the program: one seed, one run.
///
/// Safe to call from any thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : generator_(seed) {}
  /// Seeded by the machine.
  Random();

  std::uint64_t next();
  /// `digits` lower-case hexadecimal digits.
  std::string hex(int digits);
  /// A version 4 UUID, lower case.
  std::string uuid();

 private:
  std::mutex mutex_;
  std::mt19937_64 generator_;
};

}  // namespace engine
