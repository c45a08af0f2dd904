// One queue of one mapping, lived through many times: the machine, real queues, a function and time
// that a seed draws. A failure prints its seed: DYNAMILL_SEED=<seed> brings it back alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "engine/queue/queues.h"
#include "engine/random.h"
#include "mapping/queue/machine.h"
#include "storage/store.h"

namespace mapping::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Chance {
  std::mt19937_64 generator;
  explicit Chance(std::uint64_t seed) : generator(seed) {}

  int between(int low, int high) {
    return low + static_cast<int>(generator() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool one_in(int n) { return n > 0 && between(1, n) == 1; }
};

struct HandClock final : engine::Clock {
  engine::TimePoint time = engine::from_epoch_milliseconds(1'700'000'000'000);
  engine::TimePoint now() const override { return time; }
};

/// The queues of all lives: making a store takes longer than a life.
struct Ground {
  HandClock clock;
  storage::Store store{{.in_memory = true}};
  engine::Random random{7};
  engine::Queues queues{store, clock, random};
};

enum class Fate { wanted, poison, unwanted };

/// The settings of one life.
struct Setting {
  Policy policy;
  engine::Duration visibility{};
  std::uint32_t receives_max = 0;  ///< 0: no dead-letter queue.
  std::vector<Fate> messages;      ///< By number, from 0.
  int groups = 1;
  int throttle_one_in = 0;
  int crash_one_in = 0;
  bool is_slow = false;  ///< The function may take longer than messages are hidden.
};

Setting draw(std::uint64_t seed) {
  Chance chance(seed);
  Setting setting;
  auto& policy = setting.policy;
  policy.is_fifo = chance.one_in(3);
  const bool has_window = !policy.is_fifo && chance.one_in(2);
  policy.batch_size = has_window ? chance.between(1, 40) : chance.between(1, 10);
  if (has_window) policy.batching_window = seconds(chance.between(1, 20));
  if (chance.one_in(2)) policy.concurrency_max = chance.between(2, 8);
  policy.reports_batch_item_failures = chance.one_in(2);
  if (chance.one_in(3))
    policy.event_bytes_max = 14 + 101 * static_cast<std::size_t>(chance.between(1, 8));
  policy.backoff.jitter = 0;
  policy.seed = seed;
  setting.visibility = policy.batching_window + seconds(chance.between(5, 60));
  setting.receives_max = chance.one_in(3) ? 0 : static_cast<std::uint32_t>(chance.between(1, 4));
  setting.groups = chance.between(1, 5);
  const int poison_one_in = chance.between(0, 8);
  const int unwanted_one_in = chance.one_in(2) ? chance.between(2, 6) : 0;
  for (int i = chance.between(0, 80); i > 0; --i) {
    setting.messages.push_back(chance.one_in(poison_one_in)     ? Fate::poison
                               : chance.one_in(unwanted_one_in) ? Fate::unwanted
                                                                : Fate::wanted);
  }
  setting.throttle_one_in = chance.one_in(3) ? chance.between(2, 10) : 0;
  setting.crash_one_in = chance.one_in(2) ? chance.between(20, 100) : 0;
  setting.is_slow = !policy.is_fifo && chance.one_in(4);
  return setting;
}

/// A life: the world around one machine.
class Life {
 public:
  Life(Ground& ground, const Setting& setting, std::uint64_t seed)
      : ground_(ground),
        setting_(setting),
        chance_(seed + 1),
        end_(now() + std::chrono::minutes(15)) {
    const std::string suffix = setting.policy.is_fifo ? ".fifo" : "";
    name_ = "q" + suffix;
    letters_ = "letters" + suffix;
    engine::QueueSettings settings;
    if (setting.policy.is_fifo) settings.fifo.emplace();
    const auto letters = ground_.queues.create(letters_, {}, settings).queue.arn;
    if (setting.receives_max > 0) settings.redrive = {letters, setting.receives_max};
    ground_.queues.create(name_, {}, settings);
    restart();
  }
  ~Life() { ground_.queues.clear(); }

  void run() {
    for (int step = 0; step < 200'000; ++step) {
      if (now() >= end_) return;
      if (chance_.one_in(setting_.crash_one_in)) restart();
      if (sent_ < setting_.messages.size() && chance_.one_in(3)) send();
      finish_calls();
      if (testing::Test::HasFatalFailure() || !act(machine_->next(now()))) return;
    }
    FAIL() << "it never comes to rest";
  }

  /// Each message was delivered, set aside, given up, or is still there.
  void check() {
    std::set<int> left;
    ground_.clock.time += std::chrono::hours(1);
    std::set<int> dead;
    for (const auto& [name, found] : {std::pair(letters_, &dead), {name_, &left}}) {
      drain(name, *found, dead);
    }
    for (int number = 0; number < static_cast<int>(sent_); ++number) {
      const auto fate = setting_.messages[static_cast<std::size_t>(number)];
      const int places = static_cast<int>(settled.count(number) + unwanted.count(number) +
                                          dead.count(number) + left.count(number));
      EXPECT_EQ(places, 1) << "message " << number << ": settled " << settled.count(number)
                           << ", unwanted " << unwanted.count(number) << ", dead "
                           << dead.count(number) << ", left " << left.count(number);
      if (fate == Fate::unwanted) {
        EXPECT_EQ(calls[number], 0) << number;
      }
      if (fate == Fate::poison) {
        EXPECT_EQ(settled.count(number), 0u) << number;
      }
      if (dead.contains(number)) {
        EXPECT_EQ(receives[number], static_cast<int>(setting_.receives_max)) << number;
      }
      if (setting_.receives_max > 0) {
        EXPECT_LE(receives[number], static_cast<int>(setting_.receives_max)) << number;
      }
      EXPECT_LE(calls[number], receives[number] + throttles[number]) << number;
    }
  }

  std::map<int, int> receives;
  std::map<int, int> calls;      ///< That it was part of.
  std::map<int, int> throttles;  ///< Of those, in vain.
  std::set<int> settled;         ///< Delivered, and deleted.
  std::set<int> unwanted;

 private:
  struct Message {
    int number = 0;
    std::string group;
    std::string receipt_handle;
  };
  struct Call {
    std::uint64_t batch = 0;
    std::vector<Message> messages;
    engine::TimePoint ends{};
  };

  engine::TimePoint now() const { return ground_.clock.time; }

  /// What the machine held is lost, and comes back in its queue.
  void restart() {
    machine_.emplace(setting_.policy, now());
    held_.clear();
    running_.clear();
  }

  void send() {
    engine::NewMessage message{.body = std::to_string(sent_++)};
    if (setting_.policy.is_fifo) {
      message.group_id = "g" + std::to_string(chance_.between(1, setting_.groups));
      message.deduplication_id = message.body;
      groups_[message.group_id].push_back(std::stoi(message.body));
    }
    ground_.queues.send(name_, std::vector{message});
    tell_news();
  }

  void tell_news() { machine_->on_news(ground_.queues.next_visible(name_)); }

  /// As the machine is told; a slow function takes longer.
  static engine::Duration longest_call() { return seconds(4); }

  bool act(const Action& action) {
    EXPECT_EQ(machine_->next(now()).index(), action.index()) << "asking twice changes nothing";
    if (const auto* wait = std::get_if<Wait>(&action)) return wait_until(*wait);
    if (const auto* receive = std::get_if<Receive>(&action)) {
      this->receive(receive->limit);
    } else if (const auto* invoke = std::get_if<Invoke>(&action)) {
      begin(*invoke);
    } else {
      const auto& release = std::get<Release>(action);
      for (const auto& message : release.messages) held_.erase(message.number);
      machine_->on_released(release.batch);
    }
    return true;
  }

  /// To the next thing that happens; false if nothing will.
  bool wait_until(const Wait& wait) {
    auto next = engine::TimePoint::max();
    if (wait.until) {
      EXPECT_GT(*wait.until, now());
      next = *wait.until;
    }
    for (const auto& call : running_) next = std::min(next, call.ends);
    if (sent_ < setting_.messages.size()) next = std::min(next, now() + seconds(1));
    if (next == engine::TimePoint::max()) return false;
    ground_.clock.time = next;
    return true;
  }

  void receive(std::size_t limit) {
    ASSERT_GT(limit, 0u);
    ASSERT_LE(limit, 10u);
    const auto load = machine_->load();
    EXPECT_LT(load.in_flight + load.throttled + load.waiting,
              static_cast<std::size_t>(load.concurrency))
        << "nothing is received that may not be invoked";
    std::vector<Held> held;
    for (auto& received : ground_.queues.receive(name_, limit, setting_.visibility)) {
      const int number = std::stoi(received.body);
      ++receives[number];
      if (setting_.messages[static_cast<std::size_t>(number)] == Fate::unwanted) {
        unwanted.insert(number);
        ground_.queues.remove_messages(name_, std::vector{received.receipt_handle});
        continue;
      }
      held.push_back({++last_held_, 100, now() + setting_.visibility - longest_call()});
      held_[last_held_] = {number, received.group_id, received.receipt_handle};
    }
    machine_->on_received(held, ground_.queues.next_visible(name_), now());
  }

  void begin(const Invoke& invoke) {
    ASSERT_FALSE(invoke.messages.empty());
    EXPECT_LE(invoke.messages.size(), static_cast<std::size_t>(setting_.policy.batch_size));
    if (invoke.messages.size() > 1) {
      EXPECT_LE(14 + invoke.messages.size() * 101, setting_.policy.event_bytes_max);
    }
    Call call{.batch = invoke.batch};
    for (const auto& message : invoke.messages) call.messages.push_back(held_.at(message.number));
    for (const auto& message : call.messages) ++calls[message.number];
    if (setting_.policy.is_fifo) check_order(call);
    const int longest = setting_.is_slow ? 90'000 : 4'000;
    call.ends = now() + milliseconds(chance_.between(0, longest));
    machine_->on_begun(invoke.batch);
    running_.push_back(std::move(call));
    EXPECT_LE(running_.size(), static_cast<std::size_t>(setting_.policy.concurrency_max));
  }

  /// Of each group the first that are not dealt with, and no other batch has any of the group.
  void check_order(const Call& call) {
    std::map<std::string, std::vector<int>> numbers;
    for (const auto& message : call.messages) numbers[message.group].push_back(message.number);
    for (const auto& [group, found] : numbers) {
      std::vector<int> expected;
      for (const int number : groups_[group]) {
        if (settled.contains(number) || unwanted.contains(number) || is_given_up(number)) continue;
        expected.push_back(number);
      }
      expected.resize(std::min(expected.size(), found.size()));
      EXPECT_EQ(found, expected) << group;
      for (const auto& other : running_) {
        for (const auto& message : other.messages) EXPECT_NE(message.group, group);
      }
    }
  }

  /// It was received as often as it may be, and is in nobody's hands.
  bool is_given_up(int number) const {
    const auto found = receives.find(number);
    if (setting_.receives_max == 0 || found == receives.end()) return false;
    if (found->second < static_cast<int>(setting_.receives_max)) return false;
    return std::none_of(held_.begin(), held_.end(),
                        [&](const auto& held) { return held.second.number == number; });
  }

  void finish_calls() {
    for (std::size_t i = 0; i < running_.size();) {
      if (running_[i].ends > now()) {
        ++i;
        continue;
      }
      const Call call = std::move(running_[i]);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      answer(call);
      tell_news();
    }
  }

  void answer(const Call& call) {
    if (chance_.one_in(setting_.throttle_one_in)) {
      for (const auto& message : call.messages) ++throttles[message.number];
      return machine_->on_throttle(call.batch, now());
    }
    const auto failed = failures(call);
    for (const auto& message : call.messages) {
      if (!failed.contains(message.number)) remove(message);
    }
    if (failed.size() == call.messages.size()) {
      machine_->on_failure(call.batch);
    } else {
      machine_->on_answered(call.batch, failed.empty());
    }
    for (auto at = held_.begin(); at != held_.end();) {
      const bool is_of_call =
          std::any_of(call.messages.begin(), call.messages.end(), [&](const Message& message) {
            return message.receipt_handle == at->second.receipt_handle;
          });
      at = is_of_call ? held_.erase(at) : std::next(at);
    }
  }

  /// A handle that is not the latest does nothing: the message was received again meanwhile.
  void remove(const Message& message) {
    const auto count = [&] {
      const auto counts = ground_.queues.counts(name_);
      return counts.visible + counts.in_flight;
    };
    const auto before = count();
    ground_.queues.remove_messages(name_, std::vector{message.receipt_handle});
    const bool is_gone = count() < before;
    EXPECT_TRUE(is_gone || setting_.is_slow) << message.number;
    if (is_gone) settled.insert(message.number);
  }

  /// What the function says it has not dealt with: everything, or with partial replies the poison,
  /// and in a FIFO queue what comes after it in its group.
  std::set<int> failures(const Call& call) const {
    std::set<int> failed;
    std::set<std::string> groups;
    for (const auto& message : call.messages) {
      const bool is_poison =
          setting_.messages[static_cast<std::size_t>(message.number)] == Fate::poison;
      const bool is_behind = setting_.policy.is_fifo && groups.contains(message.group);
      if (!is_poison && !is_behind) continue;
      failed.insert(message.number);
      groups.insert(message.group);
    }
    if (failed.empty() || setting_.policy.reports_batch_item_failures) return failed;
    for (const auto& message : call.messages) failed.insert(message.number);
    return failed;
  }

  /// Finds out what is in a queue. What has been received as often as it may moves on to the dead.
  void drain(const std::string& name, std::set<int>& found, std::set<int>& dead) {
    for (int round = 0; round < 200; ++round) {
      const auto messages = ground_.queues.receive(name, 10, seconds(1));
      for (const auto& message : messages) {
        found.insert(std::stoi(message.body));
        ground_.queues.remove_messages(name, std::vector{message.receipt_handle});
      }
      if (messages.empty()) break;
    }
    if (name == letters_) return;
    for (const auto& message : ground_.queues.receive(letters_, 10, seconds(1))) {
      dead.insert(std::stoi(message.body));
    }
  }

  Ground& ground_;
  const Setting& setting_;
  Chance chance_;
  const engine::TimePoint end_;
  std::string name_;
  std::string letters_;
  std::optional<Machine> machine_;
  std::map<std::uint64_t, Message> held_;
  std::uint64_t last_held_ = 0;
  std::vector<Call> running_;
  std::size_t sent_ = 0;
  std::map<std::string, std::vector<int>> groups_;
};

void live(Ground& ground, std::uint64_t seed) {
  SCOPED_TRACE("DYNAMILL_SEED=" + std::to_string(seed));
  const Setting setting = draw(seed);
  Life life(ground, setting, seed);
  life.run();
  if (testing::Test::HasFatalFailure()) return;
  life.check();
}

TEST(QueueSimulationTest, EveryMessageIsDealtWithOrStillThere) {
  Ground ground;
  if (const char* seed = std::getenv("DYNAMILL_SEED")) return live(ground, std::stoull(seed));
  for (std::uint64_t seed = 1; seed <= 3000 && !HasFailure(); ++seed) live(ground, seed);
}

}  // namespace
}  // namespace mapping::queue
