#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "mapping/shard/lane.h"
#include "mapping/shard/policy.h"
#include "mapping/shard/progress.h"

namespace mapping {

/// Write down `Machine::progress`, with what is known of attempts, before anything else.
struct Checkpoint {};
/// Read the records after `after`.
struct Read {
  engine::SequenceNumber after = 0;
  std::size_t limit = 0;
};
/// Call the function.
struct Invoke {
  std::size_t lane = 0;
  Attempt attempt = {};
};
/// Give these records up: tell the destination, unless they expired.
struct Discard {
  std::size_t lane = 0;
  GiveUp records = {};
};
/// Nothing to do until then, or until there are new records or an answer.
struct Wait {
  std::optional<engine::TimePoint> until = std::nullopt;
};
/// The shard has ended and everything is dealt with.
struct End {};

using Action = std::variant<Checkpoint, Read, Invoke, Discard, Wait, End>;

/// Decides what happens next with one shard of one mapping (event-source-mapping.md 5.10): its
/// lanes go on side by side, and its checkpoint never passes a record whose outcome is open.
///
/// Ask `next`, do it, and report with the `on_...` that belongs to it. Asking twice changes
/// nothing, and a machine made from the progress of another goes on where that one stood: no record
/// that a lane has dealt with is dealt with again.
class Machine {
 public:
  /// Records that wait in lanes, at most: a lane that stands still lets the others read on so far.
  static constexpr std::size_t records_max = 250'000;

  Machine(const Policy& policy, Progress progress);
  /// Begins after `checkpoint`.
  Machine(const Policy& policy, engine::SequenceNumber checkpoint)
      : Machine(policy, Progress{.checkpoint = checkpoint}) {}

  Action next(engine::TimePoint now);

  /// After `Checkpoint`: progress is written down.
  void on_saved() { is_saved_ = true; }
  /// After `Read`: the records that are wanted, in order; all up to `read` were looked at.
  /// `is_tip`: none followed at that moment; `is_end`: none ever will.
  void on_records(std::span<const Arrival> records, engine::SequenceNumber read, bool is_tip,
                  bool is_end, engine::TimePoint now);
  /// Whether a lane has dealt with the record already, before a restart.
  bool is_dealt_with(const Arrival& record) const;
  /// There may be records after the tip.
  void on_news() { has_news_ = true; }

  /// After `Invoke`: the function has been called; one of the next four comes later.
  void on_begun(std::size_t lane) { lanes_.at(lane).on_begun(); }
  /// It accepted the records. `state`: of a tumbling window, as it gave it.
  void on_success(std::size_t lane, engine::TimePoint now,
                  std::optional<std::string> state = std::nullopt);
  /// It accepted the records before `first_failed`, one of them (ReportBatchItemFailures, 5.4).
  void on_partial_success(std::size_t lane, engine::TimePoint now,
                          engine::SequenceNumber first_failed, FailedAttempt failed = {},
                          std::optional<std::string> state = std::nullopt);
  /// It failed.
  void on_failure(std::size_t lane, engine::TimePoint now, FailedAttempt failed = {});
  /// It was not reached: no attempt is used up.
  void on_throttle(std::size_t lane, engine::TimePoint now);
  /// After `Discard`: the destination was told of so many records.
  void on_discarded(std::size_t lane, std::size_t count, engine::TimePoint now);
  /// The call was cut off and says nothing.
  void on_cut_off(std::size_t lane) { lanes_.at(lane).on_cut_off(); }

  /// From now on; what has been begun stays as it is, and lanes change when all of it is done.
  void set_policy(const Policy& policy) { policy_ = policy; }

  Progress progress() const;
  engine::SequenceNumber checkpoint() const { return checkpoint_; }
  bool has_ended() const { return has_ended_; }
  /// All records up to it have been read.
  engine::SequenceNumber read() const { return read_; }
  std::span<const Lane> lanes() const { return lanes_; }
  /// Nothing read waits to be dealt with or written down.
  bool is_idle() const;

 private:
  std::size_t lane_of(const Arrival& record) const;
  std::size_t wanted_lanes() const;
  std::optional<engine::SequenceNumber> barrier() const;
  std::optional<Read> reading() const;
  void change_lanes(engine::TimePoint now);
  void settle(engine::TimePoint now);

  Policy policy_;
  std::vector<Lane> lanes_;
  engine::SequenceNumber checkpoint_ = 0;
  bool has_ended_ = false;
  bool is_saved_ = true;
  engine::SequenceNumber read_ = 0;
  bool has_news_ = true;
  bool is_end_ = false;
};

}  // namespace mapping
