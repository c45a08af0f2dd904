#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace bench {

using Seconds = std::chrono::duration<double>;

/// The value below which a share of them lies; `values` need not be in order.
double quantile(std::vector<double> values, double share);

struct LoadResult {
  double requests_per_second = 0;
  double p50_microseconds = 0;
  double p99_microseconds = 0;
};

/// Closed loop: every connection sends its next request when the last one is answered. One thread.
LoadResult run_load(int port, int connections, Seconds duration,
                    const std::function<const std::string&()>& next_request);

}  // namespace bench
