#include "mapping/shard/machine.h"

#include <algorithm>
#include <cassert>

namespace mapping {

namespace {

/// A page costs little more than a record.
constexpr std::size_t read_limit_min = 100;

/// Brings what is open and of another lane together again, in order.
std::vector<Arrival> all_records(std::vector<Lane>& lanes) {
  std::vector<Arrival> all;
  for (auto& lane : lanes) {
    const auto records = lane.take_records();
    all.insert(all.end(), records.begin(), records.end());
  }
  std::sort(all.begin(), all.end(), [](const Arrival& a, const Arrival& b) {
    return a.sequence_number < b.sequence_number;
  });
  return all;
}

}  // namespace

Machine::Machine(const Policy& policy, Progress progress)
    : policy_(policy),
      checkpoint_(progress.checkpoint),
      has_ended_(progress.has_ended),
      read_(progress.checkpoint) {
  for (auto& lane : progress.lanes) lanes_.emplace_back(std::move(lane));
}

Progress Machine::progress() const {
  Progress progress;
  progress.checkpoint = checkpoint_;
  progress.has_ended = has_ended_;
  progress.lanes.clear();
  for (const auto& lane : lanes_) progress.lanes.push_back(lane.progress());
  return progress;
}

bool Machine::is_idle() const {
  return is_saved_ && std::all_of(lanes_.begin(), lanes_.end(),
                                  [](const Lane& lane) { return lane.is_empty(); });
}

Action Machine::next(engine::TimePoint now) {
  change_lanes(now);
  if (!is_saved_) return Checkpoint{};
  if (has_ended_) return End{};
  if (const auto read = reading()) return *read;

  Surroundings around;
  around.read = read_;
  around.is_tip = !has_news_ || is_end_;
  around.is_end = is_end_;
  around.barrier = barrier();
  Wait wait;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    auto step = lanes_[i].next(policy_, now, around);
    if (auto* attempt = std::get_if<Attempt>(&step)) return Invoke{i, std::move(*attempt)};
    if (auto* give_up = std::get_if<GiveUp>(&step)) return Discard{i, std::move(*give_up)};
    const auto until = std::get<Rest>(step).until;
    if (until && (!wait.until || *until < *wait.until)) wait.until = until;
  }
  // A window without records, closed just now, may have been all that held the lanes up.
  change_lanes(now);
  if (!is_saved_) return Checkpoint{};
  const bool is_done = std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) {
    return lane.is_empty() && !lane.progress().window;
  });
  if (is_end_ && is_done) {
    has_ended_ = true;
    is_saved_ = false;
    return Checkpoint{};
  }
  return wait;
}

/// What has to be read before anything else can be decided.
std::optional<Read> Machine::reading() const {
  if (is_end_) return std::nullopt;
  std::size_t waiting = 0;
  bool is_wanted = false;
  for (const auto& lane : lanes_) {
    const auto& pieces = lane.progress().pieces;
    const bool misses_some = !pieces.empty() && !lane.is_in_flight() && read_ < pieces.back().last;
    if (misses_some) return Read{read_, engine::limits::get_records_max};
    waiting += lane.records().size();
    is_wanted = is_wanted || lane.wants_records(policy_);
  }
  if (const auto through = barrier(); through && read_ < *through) {
    return Read{read_, engine::limits::get_records_max};
  }
  if (!has_news_ || !is_wanted || waiting >= records_max) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(policy_.batch_size) * lanes_.size();
  const auto limit = wanted > waiting ? wanted - waiting : 0;
  return Read{read_, std::clamp(limit, read_limit_min, engine::limits::get_records_max)};
}

void Machine::on_records(std::span<const Arrival> records, engine::SequenceNumber read, bool is_tip,
                         bool is_end, engine::TimePoint now) {
  assert(read >= read_);
  for (const auto& record : records) {
    assert(record.sequence_number > read_ && record.sequence_number <= read);
    Lane& lane = lanes_[lane_of(record)];
    if (is_dealt_with(record)) continue;
    const bool was_gathering = lane.progress().is_gathering;
    lane.add(record, policy_, now);
    if (lane.progress().is_gathering != was_gathering) is_saved_ = false;
  }
  read_ = read;
  is_end_ = is_end;
  if (is_tip || is_end) {
    has_news_ = false;
    // What was begun and the stream no longer has will not come.
    for (const auto& lane : lanes_) {
      if (!lane.is_in_flight() && !lane.progress().pieces.empty()) {
        read_ = std::max(read_, lane.progress().pieces.back().last);
      }
    }
    if (const auto through = barrier()) read_ = std::max(read_, *through);
  }
  for (auto& lane : lanes_) {
    if (lane.reconcile(read_)) is_saved_ = false;
  }
  settle(now);
}

void Machine::on_success(std::size_t lane, engine::TimePoint now,
                         std::optional<std::string> state) {
  lanes_.at(lane).on_success(now, std::move(state));
  is_saved_ = false;
  settle(now);
}

void Machine::on_partial_success(std::size_t lane, engine::TimePoint now,
                                 engine::SequenceNumber first_failed, FailedAttempt failed,
                                 std::optional<std::string> state) {
  // Nothing before the first: the whole batch has failed.
  if (first_failed <= lanes_.at(lane).records().front().sequence_number) {
    return on_failure(lane, now, std::move(failed));
  }
  lanes_.at(lane).on_partial_success(first_failed, std::move(state));
  is_saved_ = false;
  settle(now);
}

void Machine::on_failure(std::size_t lane, engine::TimePoint now, FailedAttempt failed) {
  lanes_.at(lane).on_failure(policy_, now, std::move(failed));
  is_saved_ = false;
}

void Machine::on_throttle(std::size_t lane, engine::TimePoint now) {
  lanes_.at(lane).on_throttle(policy_, now);
  is_saved_ = false;
}

void Machine::on_discarded(std::size_t lane, std::size_t count, engine::TimePoint now) {
  lanes_.at(lane).on_given_up(count, now);
  is_saved_ = false;
  settle(now);
}

bool Machine::is_dealt_with(const Arrival& record) const {
  return record.sequence_number <= lanes_[lane_of(record)].progress().done;
}

std::size_t Machine::lane_of(const Arrival& record) const {
  // Each lane owns a range of the hashes (3.5).
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((static_cast<Wide>(record.key_hash) * lanes_.size()) >> 64);
}

std::size_t Machine::wanted_lanes() const {
  if (policy_.tumbling_window > engine::Duration(0)) return 1;
  return static_cast<std::size_t>(std::max(1, policy_.parallelization_factor));
}

/// While the number of lanes is about to change: what was begun lies before it.
std::optional<engine::SequenceNumber> Machine::barrier() const {
  if (lanes_.size() == wanted_lanes()) return std::nullopt;
  engine::SequenceNumber through = checkpoint_;
  for (const auto& lane : lanes_) {
    through = std::max(through, lane.progress().done);
    for (const auto& piece : lane.progress().pieces) through = std::max(through, piece.last);
  }
  return through;
}

/// Once everything before the barrier is dealt with, the keys are distributed anew (3.5).
void Machine::change_lanes(engine::TimePoint now) {
  const auto through = barrier();
  if (!through || read_ < *through) return;
  std::optional<engine::TimePoint> since;
  for (const auto& lane : lanes_) {
    const auto& progress = lane.progress();
    const auto open = lane.first_open();
    if (lane.is_in_flight() || !progress.pieces.empty() || progress.window) return;
    if (open && open->sequence_number <= *through) return;
    if (progress.gathering_since) since = progress.gathering_since;
  }
  const auto waiting = all_records(lanes_);
  lanes_.clear();
  for (std::size_t i = wanted_lanes(); i > 0; --i) {
    lanes_.emplace_back(LaneProgress{.done = *through, .gathering_since = since});
  }
  for (const auto& record : waiting) {
    lanes_[lane_of(record)].add(record, policy_, now);
  }
  is_saved_ = false;
}

/// The checkpoint follows what has been dealt with.
void Machine::settle(engine::TimePoint now) {
  change_lanes(now);
  auto through = read_;
  for (const auto& lane : lanes_) {
    if (const auto open = lane.first_open()) through = std::min(through, open->previous);
  }
  if (through <= checkpoint_) return;
  checkpoint_ = through;
  is_saved_ = false;
}

}  // namespace mapping
