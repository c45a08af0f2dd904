#pragma once

#include <string>

#include "load.h"

namespace bench {

struct StreamSettings {
  std::string program;
  int rounds = 5;
  Seconds seconds{2};
  long records = 1'000'000;
};

/// What a long stream costs: GetRecords, writes beside it, memory, and clearing the disk of it.
void measure_streams(const StreamSettings& settings);

}  // namespace bench
