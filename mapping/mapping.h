#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What kind of event source a mapping has: it decides which members the mapping has.
enum class SourceKind : std::uint8_t { stream, queue };
/// Nothing for an ARN that is neither of DynamoDB's nor of SQS's.
std::optional<SourceKind> source_kind_of(std::string_view event_source_arn);

using Tags = std::map<std::string, std::string>;

/// What CreateEventSourceMapping and UpdateEventSourceMapping say of a mapping. A member that is
/// nothing was not said; one that is empty takes away what there was.
struct MappingSpec {
  std::string event_source_arn;                             ///< Creating only.
  std::optional<std::string> function_name = std::nullopt;  ///< As the caller names it.
  std::optional<bool> is_enabled = std::nullopt;
  std::optional<std::string> starting_position = std::nullopt;  ///< Creating only.
  std::optional<int> batch_size = std::nullopt;
  std::optional<int> maximum_batching_window_in_seconds = std::nullopt;
  std::optional<int> parallelization_factor = std::nullopt;
  std::optional<int> maximum_retry_attempts = std::nullopt;
  std::optional<int> maximum_record_age_in_seconds = std::nullopt;
  std::optional<bool> bisect_batch_on_function_error = std::nullopt;
  std::optional<int> tumbling_window_in_seconds = std::nullopt;
  std::optional<std::vector<std::string>> function_response_types = std::nullopt;
  std::optional<std::vector<std::string>> filter_patterns = std::nullopt;
  std::optional<std::string> on_failure_destination = std::nullopt;
  std::optional<std::string> kms_key_arn = std::nullopt;
  std::optional<std::vector<std::string>> metrics = std::nullopt;
  std::optional<int> maximum_concurrency = std::nullopt;  ///< 0: no cap.
  Tags tags = {};                                         ///< Creating only.
};

/// An event source mapping as its owner describes it.
struct Mapping {
  std::string uuid;
  std::string arn;
  std::string event_source_arn;
  std::string function_arn;  ///< With the qualifier that was given, if one was.
  StartingPosition starting_position = StartingPosition::trim_horizon;  ///< Of a stream.
  int batch_size = 100;
  int maximum_batching_window_in_seconds = 0;
  int parallelization_factor = 1;
  int maximum_retry_attempts = -1;
  int maximum_record_age_in_seconds = -1;
  bool bisect_batch_on_function_error = false;
  int tumbling_window_in_seconds = 0;                ///< 0: none.
  std::vector<std::string> function_response_types;  ///< None, or `ReportBatchItemFailures`.
  std::vector<std::string> filter_patterns;          ///< The texts as they came.
  std::string on_failure_destination;                ///< ARN; empty: none.
  std::string kms_key_arn;                           ///< Empty: none.
  std::vector<std::string> metrics;                  ///< None, or `EventCount`.
  int maximum_concurrency = 0;                       ///< Of a queue's mapping; 0: no cap.
  Tags tags;

  bool is_enabled = true;
  /// It has read, or will: where each shard begins is fixed.
  bool has_begun = false;
  bool is_deleted = false;  ///< Only what is in flight keeps it.
  std::uint64_t seed = 0;   ///< Of what is left to chance.
  engine::TimePoint last_modified{};

  SourceKind source_kind() const;
  bool reports_batch_item_failures() const { return !function_response_types.empty(); }
  /// Takes over what `spec` says of everything but function, source and position.
  void apply(const MappingSpec& spec);
  Policy policy(const Backoff& backoff) const;

  /// For `engine::Documents`. A document of before a member existed gives the member's default.
  std::string to_document() const;
  static Mapping from_document(std::string_view bytes);
};

}  // namespace mapping
