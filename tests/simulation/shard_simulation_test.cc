// One shard of one mapping, lived through many times. A seed draws the policy, the records, how the
// function answers, throttles, and crashes at any step; a machine made from what was written down
// goes on. A failure prints its seed: DYNAMILL_SEED=<seed> brings it back alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "mapping/shard/machine.h"

namespace mapping {
namespace {

using Number = engine::SequenceNumber;
using std::chrono::milliseconds;

struct Chance {
  std::mt19937_64 generator;
  explicit Chance(std::uint64_t seed) : generator(seed) {}

  int between(int low, int high) {
    return low + static_cast<int>(generator() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(int n) { return n > 0 && between(1, n) == 1; }
};

/// What happened with some records, for good: it was written down.
struct Event {
  enum Kind { succeeded, failed, discarded } kind = succeeded;
  Number first = 0;
  Number last = 0;
  int attempt = 0;

  bool operator==(const Event&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Event& event) {
  static constexpr const char* words[] = {"succeeded", "failed", "discarded"};
  return out << '[' << event.first << ".." << event.last << "] " << words[event.kind] << " #"
             << event.attempt;
}

/// The settings of one life.
struct Setting {
  Policy policy;
  std::vector<Arrival> records;
  /// Records the function refuses, and how often each piece with one is refused before it is
  /// accepted after all (for ever, if there is a limit to the attempts).
  std::set<Number> poison;
  int refusals = 0;
  bool records_come_late = false;
  bool shard_ends = false;
  int crash_one_in = 0;
  int throttle_one_in = 0;
};

Setting draw(std::uint64_t seed) {
  Chance chance(seed);
  Setting setting;
  setting.policy.batch_size = chance.between(1, 12);
  setting.policy.maximum_retry_attempts = chance.between(-1, 4);
  setting.policy.bisect_batch_on_function_error = chance.one_in(2);
  setting.policy.backoff.base = milliseconds(chance.one_in(2) ? 0 : 500);
  setting.policy.seed = seed;
  if (chance.one_in(3)) setting.policy.event_bytes_max = 14 + 101 * chance.between(1, 8);
  Number number = 100;
  for (int i = chance.between(0, 60); i > 0; --i) {
    number += static_cast<Number>(chance.between(1, 5));
    setting.records.push_back({number, {}, static_cast<std::size_t>(chance.between(50, 100))});
    if (chance.one_in(8)) setting.poison.insert(number);
  }
  const bool has_limit = setting.policy.maximum_retry_attempts >= 0;
  setting.refusals = has_limit && chance.one_in(2) ? 1'000'000 : chance.between(1, 6);
  setting.records_come_late = chance.one_in(2);
  setting.shard_ends = chance.one_in(2);
  setting.crash_one_in = chance.one_in(2) ? chance.between(3, 30) : 0;
  setting.throttle_one_in = chance.one_in(3) ? chance.between(2, 10) : 0;
  return setting;
}

/// Whether the function refuses this attempt: the same whenever it is asked.
bool is_refused(const Setting& setting, Number first, Number last, int attempt) {
  const auto poison = setting.poison.lower_bound(first);
  return poison != setting.poison.end() && *poison <= last && attempt <= setting.refusals;
}

/// A life: the world around one machine.
class Life {
 public:
  Life(const Setting& setting, std::uint64_t seed)
      : setting_(setting), chance_(seed + 1), saved_(Progress{.checkpoint = 100}.encode()) {
    visible_ = setting.records_come_late ? 0 : setting.records.size();
    restart();
  }

  void run() {
    for (int step = 0; step < 200'000; ++step) {
      if (chance_.one_in(setting_.crash_one_in)) restart();
      if (visible_ < setting_.records.size() && chance_.one_in(3)) {
        ++visible_;
        machine_->on_news();
      }
      if (!act(machine_->next(now_))) return;
    }
    FAIL() << "it never comes to rest";
  }

  std::vector<Event> history;        ///< As written down, in order.
  std::map<Number, int> deliveries;  ///< Accepted, by record; lost answers included.
  std::map<Number, int> reports;     ///< To the destination, by record.
  int crashes = 0;
  Number checkpoint() const { return Progress::decode(saved_)->checkpoint; }

 private:
  void restart() {
    if (machine_) ++crashes;
    unsaved_.clear();
    machine_.emplace(setting_.policy, *Progress::decode(saved_));
    EXPECT_EQ(machine_->progress().encode(), saved_);
  }

  bool is_all_there() const { return visible_ == setting_.records.size(); }

  /// False when there is nothing more to come.
  bool act(const Action& action) {
    EXPECT_EQ(machine_->next(now_).index(), action.index()) << "asking twice changes nothing";
    if (std::get_if<End>(&action)) return false;
    if (const auto* wait = std::get_if<Wait>(&action)) return wait_until(*wait);
    if (const auto* read = std::get_if<Read>(&action)) {
      this->read(*read);
    } else if (const auto* invoke = std::get_if<Invoke>(&action)) {
      this->invoke(*invoke);
    } else if (const auto* discard = std::get_if<Discard>(&action)) {
      this->discard(*discard);
    } else {
      save();
    }
    return true;
  }

  bool wait_until(const Wait& wait) {
    if (wait.until) {
      EXPECT_GT(*wait.until, now_);
      now_ = *wait.until;
      return true;
    }
    machine_->on_news();
    if (is_all_there()) return false;
    ++visible_;
    return true;
  }

  void read(const Read& read) {
    ASSERT_GT(read.limit, 0u);
    ASSERT_LE(read.limit, 12u);  // Reads ahead no further than a batch.
    std::vector<Arrival> found;
    std::size_t i = 0;
    while (i < visible_ && setting_.records[i].sequence_number <= read.after) ++i;
    const auto limit = chance_.one_in(4) ? 1 : read.limit;  // A page may be cut short.
    while (i < visible_ && found.size() < limit) found.push_back(setting_.records[i++]);
    const bool is_tip = i == visible_;
    machine_->on_records(found, is_tip, is_tip && is_all_there() && setting_.shard_ends);
  }

  void invoke(const Invoke& invoke) {
    ASSERT_FALSE(invoke.records.empty());
    check_batch(invoke.records);
    const auto first = invoke.records.front().sequence_number;
    const auto last = invoke.records.back().sequence_number;
    const std::vector<Arrival> records(invoke.records.begin(), invoke.records.end());
    if (setting_.policy.maximum_retry_attempts >= 0) {
      EXPECT_LE(invoke.attempt, setting_.policy.maximum_retry_attempts + 1);
    }
    if (chance_.one_in(setting_.throttle_one_in)) return machine_->on_throttle(now_);
    if (is_refused(setting_, first, last, invoke.attempt)) {
      unsaved_.push_back({Event::failed, first, last, invoke.attempt});
      return machine_->on_failure(now_, {.request_id = "r", .delivery_id = 1});
    }
    unsaved_.push_back({Event::succeeded, first, last, invoke.attempt});
    for (const auto& record : records) ++deliveries[record.sequence_number];
    machine_->on_success();
  }

  /// A batch is a run of the stream without a gap, behind the checkpoint.
  void check_batch(std::span<const Arrival> records) {
    EXPECT_LE(records.size(), static_cast<std::size_t>(setting_.policy.batch_size));
    auto expected =
        std::find_if(setting_.records.begin(), setting_.records.end(),
                     [&](const Arrival& record) { return record.sequence_number > checkpoint(); });
    for (const auto& record : records) {
      ASSERT_NE(expected, setting_.records.end());
      EXPECT_EQ(record.sequence_number, expected->sequence_number);
      ++expected;
    }
  }

  void discard(const Discard& discard) {
    EXPECT_EQ(discard.attempts, setting_.policy.maximum_retry_attempts + 1);
    for (const auto& record : discard.records) ++reports[record.sequence_number];
    unsaved_.push_back({Event::discarded, discard.records.front().sequence_number,
                        discard.records.back().sequence_number, discard.attempts});
    machine_->on_discarded();
  }

  void save() {
    const auto before = checkpoint();
    saved_ = machine_->progress().encode();
    EXPECT_GE(checkpoint(), before) << "a checkpoint never goes back";
    history.insert(history.end(), unsaved_.begin(), unsaved_.end());
    unsaved_.clear();
    machine_->on_saved();
  }

  const Setting& setting_;
  Chance chance_;
  engine::TimePoint now_;
  std::string saved_;
  std::optional<Machine> machine_;
  std::vector<Event> unsaved_;
  std::size_t visible_ = 0;
};

/// The worker loop of event-source-mapping.md 5.10, told plainly: no machine, no time, no crashes.
class Plainly {
 public:
  explicit Plainly(const Setting& setting) : setting_(setting) {}

  std::vector<Event> history() {
    const auto& records = setting_.records;
    for (std::size_t from = 0; from < records.size();) {
      std::size_t to = from;
      std::size_t bytes = 14;
      while (to < records.size() &&
             to - from < static_cast<std::size_t>(setting_.policy.batch_size)) {
        bytes += records[to].event_bytes + 1;
        if (to > from && bytes > setting_.policy.event_bytes_max) break;
        ++to;
      }
      deal_with(from, to);
      from = to;
    }
    return events_;
  }

 private:
  void deal_with(std::size_t from, std::size_t to) {
    const auto first = setting_.records[from].sequence_number;
    const auto last = setting_.records[to - 1].sequence_number;
    for (int attempt = 1;; ++attempt) {
      if (!is_refused(setting_, first, last, attempt)) {
        events_.push_back({Event::succeeded, first, last, attempt});
        return;
      }
      events_.push_back({Event::failed, first, last, attempt});
      if (setting_.policy.bisect_batch_on_function_error && to - from > 1) {
        const auto middle = from + (to - from) / 2;
        deal_with(from, middle);
        deal_with(middle, to);
        return;
      }
      const int limit = setting_.policy.maximum_retry_attempts;
      if (limit >= 0 && attempt > limit) {
        events_.push_back({Event::discarded, first, last, attempt});
        return;
      }
    }
  }

  const Setting& setting_;
  std::vector<Event> events_;
};

/// Promises that hold whatever happens.
void check(const Setting& setting, const Life& life) {
  Number last_settled = 0;
  std::map<Number, Event::Kind> outcomes;
  for (const auto& event : life.history) {
    if (event.kind == Event::failed) continue;
    EXPECT_GT(event.first, last_settled) << event;  // Order is kept, nothing is settled twice.
    last_settled = event.last;
    for (const auto& record : setting.records) {
      const auto number = record.sequence_number;
      if (number >= event.first && number <= event.last) outcomes.emplace(number, event.kind);
    }
  }
  for (const auto& record : setting.records) {
    const auto number = record.sequence_number;
    ASSERT_TRUE(outcomes.contains(number)) << number << " was skipped";
    const auto delivered = life.deliveries.contains(number) ? life.deliveries.at(number) : 0;
    const auto reported = life.reports.contains(number) ? life.reports.at(number) : 0;
    if (outcomes.at(number) == Event::succeeded) {
      EXPECT_GE(delivered, 1) << number;
      EXPECT_EQ(reported, 0) << number;
      EXPECT_LE(delivered, 1 + life.crashes) << number;
    } else {
      EXPECT_GE(reported, 1) << number;
      EXPECT_LE(reported, 1 + life.crashes) << number;
      // An answer that a crash lost counts for nothing: it is delivered again, with others.
      EXPECT_LE(delivered, life.crashes) << number;
      if (setting.policy.bisect_batch_on_function_error) {
        EXPECT_TRUE(setting.poison.contains(number)) << number << " was good and is isolated";
      }
    }
  }
}

void live(std::uint64_t seed) {
  SCOPED_TRACE("DYNAMILL_SEED=" + std::to_string(seed));
  const Setting setting = draw(seed);
  Life life(setting, seed);
  life.run();
  if (testing::Test::HasFatalFailure()) return;
  check(setting, life);
  if (!setting.records_come_late) {
    // All records are there from the start, but pages may be cut short: the batches are the same
    // because the machine reads until a batch is full or the tip is reached.
    EXPECT_EQ(life.history, Plainly(setting).history());
  }
}

TEST(ShardSimulationTest, EveryRecordIsDealtWithOnceAndInOrder) {
  if (const char* seed = std::getenv("DYNAMILL_SEED")) return live(std::stoull(seed));
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) live(seed);
}

}  // namespace
}  // namespace mapping
