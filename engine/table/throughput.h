#pragma once

#include <optional>

#include "engine/clock.h"

namespace engine {

enum class BillingMode { provisioned, pay_per_request };

struct Throughput {
  long long read_units = 0;
  long long write_units = 0;
};

/// When provisioned throughput last went up and down.
struct ThroughputChanges {
  std::optional<TimePoint> raised;
  std::optional<TimePoint> lowered;
  int lowered_that_day = 0;  ///< How often, on the day (UTC) of `lowered`.

  /// `NumberOfDecreasesToday`
  int lowered_today(TimePoint now) const;
  void note(const Throughput& from, const Throughput& to, TimePoint now);
};

}  // namespace engine
