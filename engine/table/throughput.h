#pragma once

#include <optional>

#include "engine/clock.h"

namespace engine {

enum class BillingMode { provisioned, pay_per_request };

struct Throughput {
  long long read_units = 0;
  long long write_units = 0;

  bool operator==(const Throughput&) const = default;
};

/// `MaxReadRequestUnits` and `MaxWriteRequestUnits`; nothing: no limit was asked for.
struct OnDemandLimits {
  std::optional<long long> read_units;
  std::optional<long long> write_units;

  bool operator==(const OnDemandLimits&) const = default;
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
