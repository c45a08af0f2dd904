#include "engine/table/throughput.h"

namespace engine {

int ThroughputChanges::lowered_today(TimePoint now) const {
  using std::chrono::days;
  const bool is_today =
      lowered && std::chrono::floor<days>(*lowered) == std::chrono::floor<days>(now);
  return is_today ? lowered_that_day : 0;
}

void ThroughputChanges::note(const Throughput& from, const Throughput& to, TimePoint now) {
  if (to.read_units > from.read_units || to.write_units > from.write_units) raised = now;
  if (to.read_units < from.read_units || to.write_units < from.write_units) {
    lowered_that_day = lowered_today(now) + 1;
    lowered = now;
  }
}

}  // namespace engine
