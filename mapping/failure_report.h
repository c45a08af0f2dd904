#pragma once

#include <memory>
#include <string>

#include "engine/clock.h"
#include "mapping/shard/machine.h"

namespace mapping {

/// The account of records that were given up, and whom to tell.
struct FailureReport {
  std::string destination_arn;
  std::string mapping_uuid;
  std::string function_arn;  ///< As the mapping has it, with its qualifier or without.
  std::string stream_arn;
  std::string shard_id;
  Condition condition = Condition::retry_attempts_exhausted;  ///< `expired` is told to nobody.
  int attempts = 0;
  FailedAttempt failed;
  Arrival first;
  Arrival last;
  std::size_t batch_size = 0;
  engine::TimePoint time{};
  /// The event with these records; only a bucket gets it (`is_bucket_arn`).
  std::shared_ptr<const std::string> payload = nullptr;

  /// What queues and topics are told (event-source-mapping.md 5.7).
  std::string json() const;
  /// What a bucket keeps (5.8): the same, and the event as a string.
  std::string json_with_payload() const;
  /// Where a bucket keeps it; `unique` is drawn for it.
  std::string object_key(const std::string& unique) const;
};

/// `RetryAttemptsExhausted`. `Expired` is ours, for the flight recorder.
std::string_view condition_name(Condition condition);

/// Whether the destination wants the payload.
bool is_bucket_arn(std::string_view arn);

}  // namespace mapping
