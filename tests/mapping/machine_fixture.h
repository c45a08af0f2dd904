#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "mapping/shard/machine.h"

namespace mapping {

using Numbers = std::vector<engine::SequenceNumber>;

inline constexpr engine::TimePoint t0{};

/// `count_of` lanes share the hashes evenly: one that belongs to the lane `lane`.
constexpr std::uint64_t key_of_lane(std::size_t lane, std::size_t count_of) {
  return ~std::uint64_t{0} / count_of * lane + 1000 + lane;
}

inline Arrival record(engine::SequenceNumber number, engine::TimePoint created = t0,
                      std::uint64_t key_hash = 0) {
  return {.sequence_number = number, .created = created, .event_bytes = 100, .key_hash = key_hash};
}

inline std::vector<Arrival> records(engine::SequenceNumber first, engine::SequenceNumber last,
                                    engine::TimePoint created = t0, std::uint64_t key_hash = 0) {
  std::vector<Arrival> list;
  for (auto number = first; number <= last; ++number) {
    list.push_back(record(number, created, key_hash));
  }
  return list;
}

inline Numbers numbers(std::span<const Arrival> arrivals) {
  Numbers list;
  for (const auto& arrival : arrivals) list.push_back(arrival.sequence_number);
  return list;
}

template <typename T>
T expect(const Action& action) {
  EXPECT_TRUE(std::holds_alternative<T>(action)) << "the action is number " << action.index();
  const T* found = std::get_if<T>(&action);
  return found != nullptr ? *found : T{};
}

/// Retries without a pause.
inline Policy at_once(Policy policy) {
  policy.backoff.base = engine::Duration(0);
  return policy;
}

inline constexpr engine::Duration minute = std::chrono::minutes(1);

/// With tumbling windows of a minute.
inline Policy windowed(Policy policy = {}) {
  policy.tumbling_window = minute;
  return policy;
}

/// Records of the second `second`.
inline std::vector<Arrival> at(int second, engine::SequenceNumber first,
                               engine::SequenceNumber last) {
  return records(first, last, t0 + std::chrono::seconds(second));
}

/// A shard whose machine is driven by the test's hand: it reads and writes down by itself, and the
/// test says what the function answers, and when.
struct DrivenShard {
  /// A call of the function.
  struct Call {
    std::size_t lane = 0;
    Numbers numbers = {};
    int attempt = 0;
    std::uint64_t split_from = 0;
    std::optional<Window> window = std::nullopt;
    bool is_final = false;
  };
  /// Records that were given up.
  struct GivenUp {
    std::size_t lane = 0;
    Numbers numbers = {};
    Condition why = Condition::expired;
    int attempts = 0;
    FailedAttempt failed = {};
    std::uint64_t split_from = 0;
  };

  explicit DrivenShard(const Policy& settings, Progress progress = {})
      : policy(settings), saved(progress.encode()), machine(settings, std::move(progress)) {}

  void write(const std::vector<Arrival>& records) {
    stream.insert(stream.end(), records.begin(), records.end());
    machine.on_news();
  }
  void close() {
    is_closed = true;
    machine.on_news();
  }
  void change(const Policy& settings) {
    policy = settings;
    machine.set_policy(settings);
  }
  /// Of all that happened only what was written down is known.
  void crash() { machine = Machine(policy, Progress::decode(saved).value()); }

  /// What has to be done, besides reading and writing down.
  Action next() {
    for (;;) {
      auto action = machine.next(now);
      if (std::holds_alternative<Checkpoint>(action)) {
        save();
      } else if (const auto* to_read = std::get_if<Read>(&action)) {
        read(*to_read);
      } else {
        return action;
      }
    }
  }
  /// Begins the call that is due.
  Call call() {
    const auto action = next();
    const auto invoke = expect<Invoke>(action);
    const auto& attempt = invoke.attempt;
    lane = invoke.lane;
    if (std::holds_alternative<Invoke>(action)) machine.on_begun(lane);
    return {lane,           numbers(attempt.records), attempt.attempt, attempt.split_from,
            attempt.window, attempt.is_final};
  }
  Numbers calls() { return call().numbers; }
  /// Does what is due with records that are given up.
  GivenUp gives_up() {
    const auto discard = expect<Discard>(next());
    const auto& records = discard.records;
    GivenUp given_up{discard.lane,     numbers(records.records), records.why,
                     records.attempts, records.failed,           records.split_from};
    machine.on_discarded(discard.lane, given_up.numbers.size(), now);
    return given_up;
  }
  /// Nothing is due now. When something will be, if that is known.
  std::optional<engine::TimePoint> waits() { return expect<Wait>(next()).until; }
  bool has_ended() { return std::holds_alternative<End>(next()); }

  // The answer to the last call, or to that of another lane.
  void succeeds(std::optional<std::string> state = std::nullopt) { succeeds_in(lane, state); }
  void succeeds_in(std::size_t in, std::optional<std::string> state = std::nullopt) {
    machine.on_success(in, now, std::move(state));
  }
  void succeeds_before(engine::SequenceNumber first_failed,
                       std::optional<std::string> state = std::nullopt) {
    machine.on_partial_success(lane, now, first_failed, {}, std::move(state));
  }
  void fails(FailedAttempt failed = {}) { fails_in(lane, std::move(failed)); }
  void fails_in(std::size_t in, FailedAttempt failed = {}) {
    machine.on_failure(in, now, std::move(failed));
  }
  void is_throttled() { machine.on_throttle(lane, now); }

  engine::SequenceNumber checkpoint() const { return machine.checkpoint(); }

  Policy policy;
  engine::TimePoint now = t0;
  std::vector<Arrival> stream;                ///< Those of them that were trimmed are taken out.
  std::set<engine::SequenceNumber> filtered;  ///< They are read, and not wanted.
  bool is_closed = false;
  std::string saved;
  Machine machine;
  std::size_t lane = 0;  ///< Of the last call.

 private:
  void save() {
    saved = machine.progress().encode();
    machine.on_saved();
  }
  void read(const Read& to_read) {
    std::vector<Arrival> found;
    auto previous = to_read.after;
    std::size_t count = 0;
    for (auto record : stream) {
      if (record.sequence_number <= to_read.after || count == to_read.limit) continue;
      ++count;
      record.previous = std::exchange(previous, record.sequence_number);
      if (!filtered.contains(record.sequence_number)) found.push_back(record);
    }
    const bool is_tip = stream.empty() || previous >= stream.back().sequence_number;
    machine.on_records(found, previous, is_tip, is_tip && is_closed, now);
  }
};

}  // namespace mapping
