#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "mapping/shard/policy.h"

namespace mapping {

/// A record as the machine knows it: its place, its age, and what it takes up in an event.
struct Arrival {
  engine::SequenceNumber sequence_number = 0;
  engine::TimePoint created{};
  std::size_t event_bytes = 0;
};

/// What is told of an attempt that failed, if it was the last.
struct FailedAttempt {
  std::string request_id = {};
  std::string executed_version = "$LATEST";
  std::uint64_t delivery_id = 0;  ///< In the flight recorder.
  std::optional<std::string> function_error = "Unhandled";
};

/// Records that are tried together: a batch, or what bisecting left of one.
struct Piece {
  engine::SequenceNumber first = 0;
  engine::SequenceNumber last = 0;
  int size = 0;
  int attempts = 0;              ///< That reached the function and failed.
  std::uint64_t split_from = 0;  ///< The delivery after which it was split off; 0: none.
  FailedAttempt failed = {};     ///< The latest, if `attempts` is not 0.
};

/// Where a shard stands: what has to survive the process.
struct Progress {
  engine::SequenceNumber checkpoint = 0;  ///< All records up to it are dealt with.
  std::vector<Piece> pieces = {};         ///< Begun and not dealt with, in the order of the shard.
  int throttles = 0;                      ///< Since the function was last reached.
  engine::TimePoint not_before{};         ///< Of the next attempt.
  bool has_ended = false;                 ///< The shard is closed and dealt with to its end.

  /// One line of text.
  std::string encode() const;
  /// Nothing if it is not what `encode` writes.
  static std::optional<Progress> decode(std::string_view text);
};

/// Write down `Machine::progress`, with what is known of the attempt, before anything else.
struct Checkpoint {};
/// Read the records after `after`.
struct Read {
  engine::SequenceNumber after = 0;
  std::size_t limit = 0;
};
/// Call the function with these records. They stay where they are until the next `on_...`.
struct Invoke {
  std::span<const Arrival> records = {};
  int attempt = 1;
  std::uint64_t split_from = 0;
};
enum class Condition : std::uint8_t { retry_attempts_exhausted, record_age_exceeded, expired };
/// Give these records up: tell the destination.
struct Discard {
  std::span<const Arrival> records = {};
  Condition why = Condition::retry_attempts_exhausted;
  int attempts = 0;
  FailedAttempt failed = {};
  std::uint64_t split_from = 0;
};
/// Nothing to do until then, or until there are new records.
struct Wait {
  std::optional<engine::TimePoint> until = std::nullopt;
};
/// The shard has ended and everything is dealt with.
struct End {};

using Action = std::variant<Checkpoint, Read, Invoke, Discard, Wait, End>;

/// Decides what happens next with one shard of one mapping (event-source-mapping.md 5.10).
///
/// Ask `next`, do it, and report with the `on_...` that belongs to it. Asking twice changes
/// nothing, and a machine made from the progress of another goes on where that one stood.
class Machine {
 public:
  Machine(Policy policy, Progress progress);
  /// Begins after `checkpoint`.
  Machine(Policy policy, engine::SequenceNumber checkpoint)
      : Machine(policy, Progress{.checkpoint = checkpoint}) {}

  Action next(engine::TimePoint now);

  /// After `Checkpoint`: progress is written down.
  void on_saved() { is_saved_ = true; }
  /// After `Read`: the records found, in order. `is_tip`: none followed them at that moment;
  /// `is_end`: none ever will.
  void on_records(std::span<const Arrival> records, bool is_tip, bool is_end);
  /// There may be records after the tip.
  void on_news() { has_news_ = true; }
  /// After `Invoke`: the function accepted the records.
  void on_success();
  /// It failed.
  void on_failure(engine::TimePoint now, FailedAttempt failed = {});
  /// It was not reached: no attempt is used up.
  void on_throttle(engine::TimePoint now);
  /// After `Discard`: the destination was told.
  void on_discarded();

  /// From now on; what has been begun stays as it is.
  void set_policy(const Policy& policy) { policy_ = policy; }

  const Progress& progress() const { return progress_; }
  /// All records up to it have been read.
  engine::SequenceNumber read() const { return read_; }
  /// Nothing read waits to be dealt with or written down.
  bool is_idle() const { return is_saved_ && progress_.pieces.empty() && records_.empty(); }

 private:
  std::span<const Arrival> records_of(const Piece& piece) const;
  bool is_given_up(const Piece& piece) const;
  std::optional<Read> missing() const;
  void fill_batch();
  void finish_piece();
  void skip_vanished();

  Policy policy_;
  Progress progress_;
  bool is_saved_ = true;
  /// Read and not dealt with: the records of the pieces, then those of later batches.
  std::vector<Arrival> records_;
  std::size_t event_bytes_ = 0;  ///< Of `records_`.
  engine::SequenceNumber read_ = 0;
  bool has_news_ = true;
  bool is_end_ = false;
};

}  // namespace mapping
