#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "mapping/shard/lane.h"
#include "mapping/shard/policy.h"

namespace mapping {

struct Invocation;

/// How far a batch got.
struct Verdict {
  enum class Kind : std::uint8_t {
    accepted,     ///< The function has dealt with all of it.
    partial,      ///< With the records before `first_failed`, one of its own.
    refused,      ///< The function failed: an attempt is used up.
    not_reached,  ///< The function never saw it: no attempt is used up.
  };
  Kind kind = Kind::accepted;
  engine::SequenceNumber first_failed = 0;
  /// Of `partial` and `refused`: nothing if the function answered, but not as it should have.
  std::optional<std::string> function_error = std::nullopt;
  std::optional<std::string> state = std::nullopt;  ///< Of the tumbling window.
  std::string problem = {};                         ///< What is wrong with the reply, in words.
};

/// What an invocation says about its batch (event-source-mapping.md 5.1, 5.4, 4.4).
Verdict verdict_of(const Invocation& invocation, const Attempt& attempt,
                   std::span<const Arrival> records, const Policy& policy);

}  // namespace mapping
