#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "mapping/shard/policy.h"
#include "mapping/shard/progress.h"

namespace mapping {

/// A record as the machine knows it: its place, its age, and what it takes up in an event.
struct Arrival {
  engine::SequenceNumber sequence_number = 0;
  engine::TimePoint created{};
  std::size_t event_bytes = 0;
  std::uint64_t key_hash = 0;  ///< Of the partition key: records of one key share a lane.
  engine::SequenceNumber previous =
      0;  ///< The record before it in the shard, whatever became of it.
};

/// Why records are given up.
enum class Condition : std::uint8_t {
  retry_attempts_exhausted,
  record_age_exceeded,
  expired,  ///< The stream has lost them: nobody is told.
};

/// What has to be done next with a lane. The records stay where they are until its next `on_...`.
struct Attempt {
  std::span<const Arrival> records = {};  ///< None: the final call of a window.
  int attempt = 1;
  std::uint64_t split_from = 0;
  std::optional<Window> window = std::nullopt;
  bool is_final = false;
};
struct GiveUp {
  std::span<const Arrival> records = {};  ///< The first of the piece; none: the window is given up.
  Condition why = Condition::retry_attempts_exhausted;
  int attempts = 0;
  FailedAttempt failed = {};
  std::uint64_t split_from = 0;
};
struct Rest {
  std::optional<engine::TimePoint> until = std::nullopt;
};
using Step = std::variant<Attempt, GiveUp, Rest>;

/// What a lane has to know of its shard.
struct Surroundings {
  engine::SequenceNumber read = 0;  ///< All records of the shard up to it have been read.
  bool is_tip = false;              ///< There were none after it.
  bool is_end = false;              ///< There never will be.
  /// No batch is begun with records after it: lanes are about to change. At once, if at all.
  std::optional<engine::SequenceNumber> barrier = std::nullopt;
};

/// Decides what happens next with the records of one lane (event-source-mapping.md 4.4 and 5).
class Lane {
 public:
  explicit Lane(LaneProgress progress);

  const LaneProgress& progress() const { return progress_; }
  std::span<const Arrival> records() const {
    return {records_.data() + dealt_with_, records_.size() - dealt_with_};
  }
  std::size_t event_bytes() const { return event_bytes_; }
  bool is_in_flight() const { return is_in_flight_; }
  /// Nothing is begun, and no record waits.
  bool is_empty() const { return progress_.pieces.empty() && records().empty(); }
  /// It could begin a batch, and has not enough for a full one.
  bool wants_records(const Policy& policy) const;

  /// Begins the batch that is due, if one is. Asked twice it changes nothing.
  Step next(const Policy& policy, engine::TimePoint now, const Surroundings& around);

  void add(const Arrival& record, const Policy& policy, engine::TimePoint now);
  /// After a restart, when what was begun has been read again: the stream may have lost some of it,
  /// and a filter that has changed may let through less or more. True if it was so.
  bool reconcile(engine::SequenceNumber read);

  /// The attempt has been begun, and will be answered.
  void on_begun() { is_in_flight_ = true; }
  /// It was cut off, and says nothing.
  void on_cut_off() { is_in_flight_ = false; }
  /// `state`: of the window, as the function gave it.
  void on_success(engine::TimePoint now, std::optional<std::string> state);
  /// It dealt with the records before `first_failed`, which is none of the first.
  void on_partial_success(engine::SequenceNumber first_failed, std::optional<std::string> state);
  void on_failure(const Policy& policy, engine::TimePoint now, FailedAttempt failed);
  void on_throttle(const Policy& policy, engine::TimePoint now);
  /// The first `count` records of the piece are given up.
  void on_given_up(std::size_t count, engine::TimePoint now);

  /// The first record whose outcome is open; nothing: none is known.
  std::optional<Arrival> first_open() const;
  /// Takes its records out, in order.
  std::vector<Arrival> take_records();

 private:
  std::span<const Arrival> records_of(const Piece& piece) const;
  std::optional<Rest> begin(const Policy& policy, engine::TimePoint now,
                            const Surroundings& around);
  bool close_window(engine::TimePoint now, const Surroundings& around, const Policy& policy);
  std::size_t batch_length(const Policy& policy, const Surroundings& around, bool& is_full) const;
  Window window_ahead(const Policy& policy) const;
  std::optional<engine::TimePoint> gathers_until(const Policy& policy) const;
  std::optional<Step> give_up(const Policy& policy, engine::TimePoint now) const;
  void keep_state(std::optional<std::string> state);
  void bisect(std::size_t half, const FailedAttempt& failed);
  void drop(std::size_t count);
  void pass(std::span<const Arrival> records);
  void finish_piece(engine::TimePoint now);
  void push_final();

  LaneProgress progress_;
  /// Read and not dealt with: the records of the pieces, then those of later batches. Those before
  /// `dealt_with_` are of the past.
  std::vector<Arrival> records_;
  std::size_t dealt_with_ = 0;
  std::size_t event_bytes_ = 0;  ///< Of `records()`.
  bool is_in_flight_ = false;
  bool is_reconciled_ = true;
};

}  // namespace mapping
