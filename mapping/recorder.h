#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/stream/stream.h"
#include "mapping/history.h"
#include "mapping/shard/progress.h"

namespace mapping {

/// A batch, or a piece of one, and what came of it.
struct Delivery {
  enum class Outcome : std::uint8_t {
    succeeded,
    failed,
    partially_failed,  ///< It dealt with some of it.
    throttled,         ///< It never reached the function.
    discarded,         ///< No further attempt: it was given up.
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
  std::string fault;           ///< What was done to it on demand; mostly empty.
  std::string error_type;
  std::string error_message;
  engine::SequenceNumber first_failed = 0;  ///< Of `partially_failed`: those before it are done.
  engine::SequenceNumber checkpoint = 0;    ///< Of the shard, after this.
  std::string destination;                  ///< Whom it was reported to, of what was discarded.
  std::string destination_error;            ///< Why that failed.

  /// Of a queue's batch, which has no shard, no sequence numbers and no checkpoint. Its attempt is
  /// the how manyth receive of its messages it is, by the one that was received most often.
  std::vector<std::string> message_ids;
  std::vector<std::string> failed_message_ids;  ///< Those that the reply names.

  // What it takes to do it again; not shown.
  std::vector<engine::SequenceNumber> records;  ///< All of them.
  std::optional<Window> window;                 ///< As it was before it.
  bool is_final = false;

  /// What the function says of its failure; kept up to a bound, for it may say megabytes.
  void set_error(std::string type, std::string message);
  /// Both in one line; empty: nothing was said.
  std::string error_text() const;

  /// As the contract draws it.
  std::string json() const;
};

/// So many of them that a history of large batches stays small; its size says how many there are.
std::span<const std::string> listed(const std::vector<std::string>& message_ids);
/// `partiallyFailed`
std::string_view outcome_name(Delivery::Outcome outcome);

/// What is kept of a delivery.
struct KeptDelivery {
  std::uint64_t id = 0;
  std::string json;
  std::vector<engine::SequenceNumber> records;
  std::optional<Window> window;
  bool is_window_kept = true;  ///< Else its state was too large to be kept.
  bool is_final = false;
};

/// The flight recorder: of each mapping the newest deliveries, and the newest steps of its history.
///
/// Changed on the mapping thread only; what is kept can be asked for from any thread. May throw
/// `storage::StorageError`.
class Recorder {
 public:
  explicit Recorder(engine::Documents& documents, std::uint64_t kept_max = 10'000)
      : documents_(documents), kept_max_(kept_max) {}

  /// Learns what is kept of a mapping. Call it before anything else about that mapping.
  void load(const std::string& mapping_uuid);

  /// The id of the next delivery. Note it before you ask again.
  std::uint64_t next_id(const std::string& mapping_uuid);
  /// Adds what is to be kept of a mapping since the last commit to `changes`, which the caller
  /// commits.
  void note(const std::string& mapping_uuid, std::span<const Delivery> deliveries,
            const History& history, std::vector<engine::Documents::Change>& changes);

  /// `No records processed`, `OK` or `PROBLEM: Function call failed`.
  std::string last_processing_result(const std::string& mapping_uuid) const;
  /// JSON texts of the deliveries with ids above `after`, in order, at most `limit`.
  std::vector<std::string> deliveries(std::string_view mapping_uuid, std::uint64_t after,
                                      std::size_t limit) const;
  /// Those and what it takes to do them again, in order, until `is_enough` says so.
  void each_kept(std::string_view mapping_uuid,
                 const std::function<bool(KeptDelivery& kept)>& is_enough) const;
  /// Nothing where it is not kept.
  std::optional<KeptDelivery> kept(std::string_view mapping_uuid, std::uint64_t id) const;
  /// The steps above `after`, in order, at most `limit`: their numbers, and their events between
  /// brackets.
  std::vector<std::pair<std::uint64_t, std::string>> history(std::string_view mapping_uuid,
                                                             std::uint64_t after,
                                                             std::size_t limit) const;
  /// Everything about a mapping.
  void forget(const std::string& mapping_uuid);

 private:
  struct Notes {
    std::uint64_t last_id = 0;
    std::uint64_t last_step = 0;
    std::string last_processing_result;
  };

  void keep(std::vector<engine::Documents::Change>& changes, const std::string& kind,
            std::uint64_t id, std::string text) const;

  engine::Documents& documents_;
  const std::uint64_t kept_max_;
  std::map<std::string, Notes> notes_;
};

}  // namespace mapping
