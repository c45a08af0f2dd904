#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/stream/stream.h"

namespace mapping {

/// A batch, or a piece of one, and what came of it.
struct Delivery {
  enum class Outcome : std::uint8_t {
    succeeded,
    failed,
    throttled,         ///< It never reached the function.
    discarded,         ///< No further attempt: it was given up.
    partially_failed,  ///< Some of its messages are to be tried again.
  };

  std::uint64_t id = 0;  ///< Grows within the mapping.
  std::string mapping_uuid;
  std::string function_arn;
  std::string shard_id;
  engine::SequenceNumber start = 0;
  engine::SequenceNumber end = 0;
  std::size_t batch_size = 0;
  int attempt = 1;
  std::uint64_t split_from = 0;  ///< The delivery whose failure split it off; 0: none.
  std::string request_id;
  engine::TimePoint started_at{};
  engine::Duration duration{0};
  Outcome outcome = Outcome::succeeded;
  std::string function_error;  ///< `Unhandled`, or empty.
  std::string error_type;
  std::string error_message;
  engine::SequenceNumber checkpoint = 0;  ///< Of the shard, after this.
  std::string destination;                ///< Whom it was reported to, of what was discarded.
  std::string destination_error;          ///< Why that failed.

  /// Of a queue's batch, which has no shard, no sequence numbers and no checkpoint. Its attempt is
  /// the how manyth receive of its messages it is, by the one that was received most often.
  std::vector<std::string> message_ids;
  std::vector<std::string> failed_message_ids;  ///< Those that the reply names.

  /// As the contract draws it.
  std::string json() const;
};

/// The flight recorder: every attempt of every mapping, the newest of each mapping kept.
///
/// Changed on the mapping thread only; `deliveries` is safe to call from any thread. May throw
/// `storage::StorageError`.
class Recorder {
 public:
  explicit Recorder(engine::Documents& documents, std::uint64_t kept_max = 10'000)
      : documents_(documents), kept_max_(kept_max) {}

  /// Learns what is kept of a mapping. Call it before anything else about that mapping.
  void load(const std::string& mapping_uuid);

  /// The id of the next delivery. Note it before you ask again.
  std::uint64_t next_id(const std::string& mapping_uuid);
  /// Adds what is to be kept to `changes`, which the caller commits.
  void note(const Delivery& delivery, std::vector<engine::Documents::Change>& changes);

  /// `No records processed`, `OK` or `PROBLEM: Function call failed`.
  std::string last_processing_result(const std::string& mapping_uuid) const;
  /// JSON texts of the deliveries with ids above `after`, in order, at most `limit`.
  std::vector<std::string> deliveries(std::string_view mapping_uuid, std::uint64_t after,
                                      std::size_t limit) const;
  /// Everything about a mapping.
  void forget(const std::string& mapping_uuid);

 private:
  struct Notes {
    std::uint64_t last_id = 0;
    std::string last_processing_result;
  };

  engine::Documents& documents_;
  const std::uint64_t kept_max_;
  std::map<std::string, Notes> notes_;
};

}  // namespace mapping
