#pragma once

namespace bench {

/// The program as a Lambda function of a `provided` runtime: for each event it writes the time at
/// which it has it (CLOCK_MONOTONIC, nanoseconds, eight bytes) to the pipe that BENCH_PIPE names.
int run_handler();

}  // namespace bench
