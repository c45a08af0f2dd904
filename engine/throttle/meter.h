#pragma once

#include "engine/clock.h"

namespace engine {

/// Provisioned throughput as something that can be used up.
///
/// Safe to call from any thread.
class ThroughputMeter {
 public:
  explicit ThroughputMeter(const Clock& clock) : clock_(clock) {}

 private:
  [[maybe_unused]] const Clock& clock_;
};

}  // namespace engine
