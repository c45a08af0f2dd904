#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "mapping/shard/policy.h"

namespace mapping {

enum class StartingPosition : std::uint8_t { trim_horizon, latest };
std::string_view starting_position_name(StartingPosition position);
/// Nothing if it is neither `TRIM_HORIZON` nor `LATEST`.
std::optional<StartingPosition> starting_position_of(std::string_view name);

/// The states of event-source-mapping.md 2.
enum class MappingState : std::uint8_t {
  creating,
  enabling,
  enabled,
  disabling,
  disabled,
  updating,
  deleting,
};
std::string_view state_name(MappingState state);

/// An event source mapping as its owner describes it.
struct Mapping {
  std::string uuid;
  std::string arn;
  std::string event_source_arn;
  std::string function_arn;  ///< With the qualifier that was given, if one was.
  StartingPosition starting_position = StartingPosition::trim_horizon;
  int batch_size = 100;
  int maximum_retry_attempts = -1;
  bool bisect_batch_on_function_error = false;
  std::string on_failure_destination;  ///< ARN; empty: none.

  bool is_enabled = true;
  /// It has read, or will: where each shard begins is fixed.
  bool has_begun = false;
  bool is_deleted = false;  ///< Only what is in flight keeps it.
  std::uint64_t seed = 0;   ///< Of what is left to chance.
  engine::TimePoint last_modified{};

  Policy policy(const Backoff& backoff) const;

  /// For `engine::Documents`.
  std::string to_document() const;
  static Mapping from_document(std::string_view bytes);
};

}  // namespace mapping
