// A table and its streams, lived through many times: a seed draws writes alone and together,
// splits, rollovers, streams that are disabled and enabled again, restarts, and leaps of the clock.
// Now and then the shards are retold, parents before their children: every change that was
// acknowledged and is not trimmed is told exactly once, the changes of one item in their order, and
// what they tell rebuilds the table. A failure prints its seed: DYNAMILL_SEED=<seed> brings it back
// alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "engine/stream/aging.h"
#include "engine/stream/record.h"
#include "engine/stream/resharding.h"
#include "tests/engine/dice.h"
#include "tests/engine/fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// The items of the table by key; an item is told by the number in it.
using State = std::map<std::string, int>;

/// A change that was acknowledged.
struct Change {
  std::string key;
  std::optional<int> before;
  std::optional<int> after;
  TimePoint created;

  bool operator==(const Change&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Change& change) {
  return out << change.key << ": " << change.before.value_or(-1) << " to "
             << change.after.value_or(-1) << " at " << epoch_milliseconds(change.created);
}

/// What a stream should tell.
struct Story {
  State at_first;
  std::vector<Change> changes;
  std::optional<TimePoint> ended;
};

std::optional<int> number_in(const std::optional<MapView>& image) {
  if (!image) return std::nullopt;
  return std::stoi(std::string(image->find("n").value().text()));
}

class Life {
 public:
  explicit Life(unsigned seed) : dice_(seed), shards_(1 + dice_.below(4)) {
    open();
    engine_->make_table("T", ViewType::new_and_old_images);
    begin_story();
  }

  void step() {
    switch (dice_.below(24)) {
      case 0:
        return split_one();
      case 1:
        return roll_over_all();
      case 2:
        return toggle_stream();
      case 3:
        return dice_.below(4) == 0 ? restart() : advance(minutes(dice_.below(30)));
      case 4:
        return advance(dice_.below(3) == 0 ? hours(dice_.below(30)) : minutes(dice_.below(300)));
      case 5:
        return advance(Duration(dice_.below(3)));
      case 6:
        return write_several();
      case 7:
        return fail_a_write();
      case 8:
        return check();
      default:
        return write_one();
    }
  }

  void check() {
    const auto now = engine_->clock.time;
    for (auto it = stories_.begin(); it != stories_.end();) {
      const auto stream = engine_->streams.find(it->first);
      const auto& ended = it->second.ended;
      const bool is_gone = ended && *ended + record_life <= now;
      ASSERT_EQ(stream == nullptr, is_gone) << it->first;
      if (stream) check_story(*stream, it->second);
      it = is_gone ? stories_.erase(it) : std::next(it);
    }
  }

 private:
  void open() {
    const auto time = engine_ ? engine_->clock.time : TimePoint{};
    aging_.reset();
    engine_.reset();
    engine_.emplace(storage::StoreOptions{.folder = folder_.path()}, shards_);
    if (time != TimePoint{}) engine_->clock.time = time;
    aging_.emplace(engine_->store, engine_->streams);
  }
  void restart() { open(); }

  std::shared_ptr<const Table> table() const { return engine_->catalog.find("T"); }
  std::shared_ptr<Stream> stream_in_force() const { return table()->stream; }

  void begin_story() { stories_[stream_in_force()->arn].at_first = state_; }

  void split_one() {
    const auto stream = stream_in_force();
    if (!stream) return;
    std::vector<std::string> open;
    for (const auto& shard : stream->shards()) {
      if (shard->is_open()) open.push_back(shard->shard_id);
    }
    if (open.size() < 12) split(engine_->streams, stream->arn, dice_.one_of(open));
  }

  void roll_over_all() {
    if (const auto stream = stream_in_force()) roll_over(engine_->streams, stream->arn);
  }

  void toggle_stream() {
    if (dice_.below(3) != 0) return;
    TableChange change;
    if (const auto stream = stream_in_force()) {
      change.disable_stream = true;
      stories_.at(stream->arn).ended = engine_->clock.time;
      engine_->catalog.update("T", change);
    } else {
      change.enable_stream = ViewType::new_and_old_images;
      engine_->catalog.update("T", change);
      begin_story();
    }
  }

  void advance(Duration time) {
    const auto target = engine_->clock.time + time;
    for (auto due = aging_->next_due(); due && *due <= target; due = aging_->next_due()) {
      engine_->clock.time = std::max(engine_->clock.time, *due);
      aging_->perform(engine_->clock.time);
    }
    engine_->clock.time = target;
  }

  Write draw_write(const std::string& key) {
    Write write;
    write.table = table();
    write.key = write.table->key_of(item(key));
    if (dice_.below(4) == 0) {
      write.change = [](const Item*) { return std::nullopt; };
    } else {
      // Few numbers, so that some writes change nothing.
      const auto value = Value::string(std::to_string(dice_.below(5)));
      write.change = [key, value](const Item*) { return item(key, "n", value); };
    }
    return write;
  }

  void note(const std::string& key, const WriteOutcome& outcome) {
    const auto number = [](const std::optional<Item>& item) -> std::optional<int> {
      return item ? number_in(item->view()) : std::nullopt;
    };
    const Change change{key, number(outcome.old_item), number(outcome.new_item),
                        engine_->clock.time};
    const auto known = state_.find(key);
    ASSERT_EQ(change.before, known == state_.end() ? std::nullopt : std::optional(known->second));
    if (change.after) {
      state_[key] = *change.after;
    } else {
      state_.erase(key);
    }
    if (change.before == change.after) return;
    if (const auto stream = stream_in_force()) stories_.at(stream->arn).changes.push_back(change);
  }

  std::string draw_key() { return "item " + std::to_string(dice_.below(40)); }

  void write_one() {
    const auto key = draw_key();
    note(key, engine_->writer.apply(draw_write(key)));
  }

  void write_several() {
    std::set<std::string> keys;
    while (keys.size() < 5) keys.insert(draw_key());
    std::vector<Write> writes;
    for (const auto& key : keys) writes.push_back(draw_write(key));
    const auto outcomes = engine_->writer.apply_all(writes);
    std::size_t i = 0;
    for (const auto& key : keys) note(key, outcomes[i++]);
  }

  void fail_a_write() {
    auto write = draw_write(draw_key());
    write.condition = [](const Item*) { return false; };
    EXPECT_FALSE(engine_->writer.apply(write).condition_held);
  }

  /// The records of the shard, a page at a time.
  std::vector<Record> read(const Shard& shard) {
    std::vector<Record> records;
    SequenceNumber after = 0;
    bool is_last = false;
    while (!is_last) {
      auto page = engine_->stream_reader.read(shard, after, 1 + dice_.below(10), 200);
      is_last = page.records.empty() || page.is_end;
      EXPECT_TRUE(!page.is_end || !shard.is_open());
      if (!page.records.empty()) after = page.records.back().sequence_number;
      for (auto& record : page.records) records.push_back(std::move(record));
    }
    return records;
  }

  void check_story(const Stream& stream, const Story& story) {
    const auto told = retell(stream);
    // Trimmed is a beginning of what happened; what remains is told, of every item in order.
    const auto first = std::find_if(
        story.changes.begin(), story.changes.end(),
        [&](const Change& change) { return change.created + record_life > engine_->clock.time; });
    State state = story.at_first;
    for (auto it = story.changes.begin(); it != first; ++it) apply(state, *it);
    std::map<std::string, std::vector<Change>> expected;
    std::map<std::string, std::vector<Change>> found;
    for (auto it = first; it != story.changes.end(); ++it) expected[it->key].push_back(*it);
    for (const auto& change : told) found[change.key].push_back(change);
    ASSERT_EQ(found, expected);
    if (story.ended) return;
    for (const auto& change : told) apply(state, change);
    ASSERT_EQ(state, state_);
  }

  static void apply(State& state, const Change& change) {
    if (change.after) {
      state[change.key] = *change.after;
    } else {
      state.erase(change.key);
    }
  }

  /// All that the stream tells. Its shards are in the order of their ids: parents come first.
  std::vector<Change> retell(const Stream& stream) {
    std::vector<Change> told;
    std::set<std::string> read_shards;
    const auto shards = stream.shards();
    std::map<std::string, std::shared_ptr<Shard>> by_id;
    for (const auto& shard : shards) by_id[shard->shard_id] = shard;
    std::uint64_t next_hash = 0;
    for (const auto& shard : by_hash(shards)) {
      EXPECT_EQ(shard->hash_from, next_hash) << "open shards own every hash once";
      next_hash = shard->hash_to + 1;
    }
    for (const auto& shard : shards) {
      if (const auto parent = by_id.find(shard->parent); parent != by_id.end()) {
        EXPECT_TRUE(read_shards.contains(shard->parent)) << "a child before its parent";
        EXPECT_FALSE(parent->second->is_open());
        EXPECT_LT(*parent->second->ending(), shard->starting);
        EXPECT_GE(shard->hash_from, parent->second->hash_from);
        EXPECT_LE(shard->hash_to, parent->second->hash_to);
      }
      read_shards.insert(shard->shard_id);
      retell(*shard, told);
    }
    return told;
  }

  void retell(const Shard& shard, std::vector<Change>& told) {
    SequenceNumber last = shard.starting;
    for (const auto& record : read(shard)) {
      EXPECT_GT(record.sequence_number, last);
      last = record.sequence_number;
      const auto view = record.view();
      const auto partition = view.keys.find("pk").value();
      EXPECT_GE(partition_hash(partition), shard.hash_from);
      EXPECT_LE(partition_hash(partition), shard.hash_to);
      told.push_back({std::string(partition.text()), number_in(view.old_image),
                      number_in(view.new_image), view.created});
    }
    if (shard.ending()) EXPECT_LE(last, *shard.ending());
  }

  static std::vector<std::shared_ptr<Shard>> by_hash(std::vector<std::shared_ptr<Shard>> shards) {
    std::erase_if(shards, [](const auto& shard) { return !shard->is_open(); });
    std::sort(shards.begin(), shards.end(),
              [](const auto& a, const auto& b) { return a->hash_from < b->hash_from; });
    return shards;
  }

  Folder folder_;
  Dice dice_;
  const int shards_;
  std::optional<Engine> engine_;
  std::optional<Aging> aging_;
  State state_;
  std::map<std::string, Story> stories_;  ///< By stream.
};

void live(unsigned seed) {
  Life life(seed);
  for (int i = 0; i < 300; ++i) {
    life.step();
    if (testing::Test::HasFailure()) break;
  }
  life.check();
  if (testing::Test::HasFailure()) FAIL() << "DYNAMILL_SEED=" << seed << " brings it back";
}

TEST(StreamSimulationTest, EveryAcknowledgedChangeIsToldExactlyOnceAndInOrder) {
  if (const char* const seed = std::getenv("DYNAMILL_SEED")) {
    return live(static_cast<unsigned>(std::strtoul(seed, nullptr, 10)));
  }
  for (unsigned seed = 1; seed <= 20 && !testing::Test::HasFailure(); ++seed) live(seed);
}

}  // namespace
}  // namespace engine
