// What must be true in the life of a shard.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/shard_life.h"

namespace mapping {

namespace {

/// As far as the machine can tell after a restart with another filter.
bool is_same_batch(std::span<const Number> a, std::span<const Number> b) {
  if (a.size() != b.size() || a.empty()) return a.size() == b.size();
  return a.front() == b.front() && a.back() == b.back();
}

}  // namespace

void ShardLife::check_step() {
  follow_lanes();
  EXPECT_GE(machine_->checkpoint(), checkpoint_) << "a checkpoint never goes back";
  checkpoint_ = machine_->checkpoint();
  for (; checked_ < written_; ++checked_) {
    const auto number = letters_[checked_].arrival.sequence_number;
    if (number > checkpoint_) break;
    EXPECT_TRUE(is_settled(checked_)) << "the checkpoint passed " << number << ", which is open";
  }
  for (const auto& flight : flights_) {
    for (const auto number : flight.numbers) EXPECT_GT(number, checkpoint_);
  }
}

/// Lanes change when nothing is begun.
void ShardLife::follow_lanes() {
  if (lanes_.size() == machine_->lanes().size()) return;
  EXPECT_TRUE(flights_.empty());
  for (const auto& lane : lanes_) {
    EXPECT_FALSE(lane.window && lane.window->has_records) << "a window has no final call";
  }
  lanes_.assign(machine_->lanes().size(), {});
}

void ShardLife::check_batch(const Invoke& invoke) const {
  const auto& records = invoke.attempt.records;
  EXPECT_EQ(records.empty(), invoke.attempt.is_final);
  EXPECT_FALSE(is_flying(invoke.lane)) << "one call per lane";
  EXPECT_LE(records.size(), batch_max_);
  std::size_t bytes = 14;
  for (const auto& record : records) bytes += record.event_bytes + 1;
  if (records.size() > 1) {
    EXPECT_LE(bytes, bytes_max_);
  }
  if (records.empty()) return;
  const auto age = now_ - records.front().created;
  EXPECT_LT(age, policy().retention) << "the stream has lost it";
  if (policy().maximum_record_age) {
    EXPECT_LE(age, *policy().maximum_record_age);
  }
}

/// Everything of the same key has been dealt with before.
void ShardLife::check_order(const Invoke& invoke) const {
  Number last = checkpoint_;
  for (const auto& record : invoke.attempt.records) {
    const auto number = record.sequence_number;
    EXPECT_GT(number, last);
    last = number;
    const auto index = index_of(number);
    ASSERT_EQ(letters_.at(index).arrival.sequence_number, number);
    EXPECT_FALSE(settled_[index]) << number << " has been dealt with before";
    for (std::size_t i = 0; i < index; ++i) {
      const Arrival& earlier = letters_[i].arrival;
      if (earlier.key_hash != record.key_hash || is_settled(i)) continue;
      const auto& batch = invoke.attempt.records;
      const bool is_in_batch = std::any_of(batch.begin(), batch.end(), [&](const Arrival& other) {
        return other.sequence_number == earlier.sequence_number;
      });
      EXPECT_TRUE(is_in_batch) << number << " overtakes " << earlier.sequence_number;
    }
  }
}

void ShardLife::check_attempt(const Invoke& invoke) const {
  const ExpectedLane& lane = lanes_.at(invoke.lane);
  const int attempt = invoke.attempt.attempt;
  std::vector<Number> numbers;
  for (const auto& record : invoke.attempt.records) numbers.push_back(record.sequence_number);
  if (policy().maximum_retry_attempts >= 0) {
    EXPECT_LE(attempt, policy().maximum_retry_attempts + 1);
  }
  if (lane.failures >= 0) {
    EXPECT_EQ(attempt, is_same_batch(numbers, lane.tried) ? lane.failures + 1 : 1);
  }
  if (numbers == lane.asked && !has_leapt_back_) {
    EXPECT_GE(now_, lane.not_before);
  }
}

void ShardLife::check_window(const Invoke& invoke) {
  ExpectedLane& lane = lanes_.at(invoke.lane);
  const auto& window = invoke.attempt.window;
  if (!has_changed_) {
    EXPECT_EQ(window.has_value(), policy().tumbling_window.count() > 0);
  }
  follow_window(lane, window);
  if (!window) return;
  if (!has_changed_) {
    EXPECT_EQ(window->end - window->start, policy().tumbling_window);
    EXPECT_EQ(window->start.time_since_epoch() % policy().tumbling_window, engine::Duration(0));
  }
  for (const auto& record : invoke.attempt.records) {
    EXPECT_TRUE(window->holds(record.created)) << record.sequence_number << " is of another window";
  }
  EXPECT_EQ(window->state, lane.window->state);
  EXPECT_EQ(window->is_terminated_early, lane.window->is_terminated_early);
  if (!invoke.attempt.is_final) {
    EXPECT_FALSE(window->is_terminated_early);
    return;
  }
  EXPECT_TRUE(lane.window->has_records) << "a final call for nothing";
  // After a crash it needs to read nothing for it.
  const bool is_plain = !window->is_terminated_early && !has_changed_ && !has_lost_;
  if (is_plain && seen_ > 0) check_close(*window);
}

/// A window that is followed by another, or by none, has had its final call.
void ShardLife::follow_window(ExpectedLane& lane, const std::optional<Window>& window) {
  const bool is_same = lane.window && window && window->start == lane.window->start &&
                       window->end == lane.window->end;
  if (is_same) return;
  EXPECT_FALSE(lane.window && lane.window->has_records) << "a window has no final call";
  lane.window.reset();
  if (window) lane.window = Window{.start = window->start, .end = window->end};
}

/// There is nothing more in the window, and something tells so.
void ShardLife::check_close(const Window& window) const {
  bool is_over = now_ >= window.end || is_closed_;
  for (std::size_t i = 0; i < seen_; ++i) {
    if (is_settled(i)) continue;
    const auto& record = letters_[i].arrival;
    if (!is_over) {
      EXPECT_FALSE(window.holds(record.created)) << record.sequence_number;
    }
    is_over = true;
    if (window.holds(record.created)) {
      EXPECT_NE(i, first_open()) << "it comes too early";
    }
  }
  EXPECT_TRUE(is_over);
}

std::size_t ShardLife::first_open() const {
  std::size_t i = 0;
  while (i < seen_ && is_settled(i)) ++i;
  return i;
}

/// A lane that has records and is at nothing has a reason, and not for long.
void ShardLife::check_nobody_idles(const Wait& wait) const {
  if (has_changed_ || has_leapt_back_) return;
  for (std::size_t i = 0; i < seen_; ++i) {
    if (is_settled(i)) continue;
    const auto lane = lane_of(letters_[i]);
    if (is_flying(lane) || now_ < lanes_.at(lane).not_after) continue;
    const auto number = letters_[i].arrival.sequence_number;
    ASSERT_TRUE(wait.until) << number << " waits for nothing";
    EXPECT_LE(*wait.until, now_ + policy().batching_window) << number << " waits for too long";
  }
}

std::size_t ShardLife::lane_of(const Letter& letter) const {
  __extension__ using Wide = unsigned __int128;
  const auto lanes = machine_->lanes().size();
  return static_cast<std::size_t>((static_cast<Wide>(letter.arrival.key_hash) * lanes) >> 64);
}

/// A machine made from what this one would write down wants the same.
void ShardLife::check_twin(const Action& action) {
  const bool is_simple =
      std::holds_alternative<Checkpoint>(action) || std::holds_alternative<Read>(action);
  if (is_simple || !flights_.empty() || has_changed_filter_ || has_lost_) return;
  if (!one_in(dice_, 4)) return;
  Machine twin(policy(), Progress::decode(machine_->progress().encode()).value());
  for (;;) {
    const auto wanted = twin.next(now_);
    if (std::holds_alternative<Checkpoint>(wanted)) {
      twin.on_saved();
      continue;
    }
    const auto* to_read = std::get_if<Read>(&wanted);
    if (to_read == nullptr) {
      EXPECT_EQ(text_of(wanted), text_of(action)) << "after a restart it would do otherwise";
      return;
    }
    std::vector<Arrival> found;
    auto previous = to_read->after;
    auto i = std::max(trimmed_, index_of(previous + 1));
    if (i >= seen_ && !has_seen_tip_) return;
    for (; i < seen_; ++i) {
      Arrival record = letters_[i].arrival;
      record.previous = std::exchange(previous, record.sequence_number);
      if (is_wanted(letters_[i])) found.push_back(record);
    }
    twin.on_records(found, previous, has_seen_tip_, has_seen_end_, now_);
  }
}

void ShardLife::check_end() const {
  for (std::size_t i = 0; i < written_; ++i) {
    EXPECT_TRUE(is_settled(i)) << letters_[i].arrival.sequence_number << " was skipped";
  }
  for (const auto& lane : lanes_) {
    EXPECT_FALSE(lane.window && lane.window->has_records) << "a window has no final call";
  }
  const auto saved = Progress::decode(saved_).value();
  EXPECT_EQ(saved.has_ended, is_closed_);
  if (written_ > trimmed_) {
    EXPECT_EQ(saved.checkpoint, letters_[written_ - 1].arrival.sequence_number);
  }
}

}  // namespace mapping
