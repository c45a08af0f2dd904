// Random writes to a table with point-in-time recovery, against a model of a few lines: what is
// restored is what the model was at that moment.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "tests/engine/backups_fixture.h"
#include "tests/engine/dice.h"
#include "tests/folder.h"

namespace engine {
namespace {

class Life {
 public:
  explicit Life(unsigned seed) : dice_(seed) {
    open();
    TableSpec spec;
    spec.name = "T";
    spec.key.partition = {"pk", Type::string};
    spec.attribute_definitions = {{"pk", Type::string}, {"g", Type::string}};
    spec.billing_mode = BillingMode::pay_per_request;
    Index index;
    index.name = "byG";
    index.is_global = true;
    index.partition = {{"g", Type::string}};
    spec.indexes = {index};
    engine().catalog.create(spec, Caller{});
    write(5);
    engine().enable_recovery("T");
    since_ = now();
    note();
  }

  void step() {
    const int kind = dice_.below(20);
    if (kind < 10) {
      write(1);
    } else if (kind < 13) {
      write(1 + dice_.below(6));
    } else if (kind < 16) {
      leap(std::chrono::milliseconds(dice_.below(3)));
    } else if (kind < 18) {
      leap(std::chrono::hours(dice_.below(40)));
    } else if (kind == 18) {
      restore();
    } else if (dice_.below(3) == 0) {
      open();
    }
    note();
  }

 private:
  using Model = std::map<std::string, Item>;

  BackupEngine& engine() { return *engine_; }
  TimePoint now() { return engine().clock.time; }

  void open() {
    const auto time = engine_ ? now() : from_epoch_milliseconds(1'764'085'660'000);
    engine_.reset();
    engine_.emplace(storage::StoreOptions{.folder = folder_.path() + "/store"});
    engine_->clock.time = time;
  }

  void leap(Duration by) {
    engine().clock.time += by;
    engine().settle();
  }

  /// Puts and deletes.
  void write(int count) {
    const auto table = engine().catalog.find("T");
    std::vector<Write> writes;
    Model after = model_;
    for (int i = 0; i < count; ++i) {
      const auto key = "item-" + std::to_string(dice_.below(12));
      std::vector<std::pair<std::string, Value>> attributes = {
          {"pk", Value::string(key)}, {"v", Value::number(std::to_string(++value_))}};
      if (dice_.below(2) == 0) attributes.emplace_back("g", Value::string("g"));
      const auto item = Item::of(std::move(attributes));
      auto write = Engine::put_of(table, item);
      const auto has_key = [&](const Write& other) { return other.key == write.key; };
      if (std::any_of(writes.begin(), writes.end(), has_key)) continue;
      if (dice_.below(3) == 0) {
        write.change = [](const Item*) { return std::nullopt; };
        after.erase(key);
      } else {
        after[key] = item;
      }
      writes.push_back(std::move(write));
    }
    if (writes.size() == 1) {
      engine().writer.apply(writes.front());
    } else {
      engine().writer.apply_all(writes);
    }
    model_ = std::move(after);
  }

  /// The model at the end of this millisecond.
  void note() { past_[now()] = model_; }

  void restore() {
    const auto table = engine().catalog.find("T");
    const auto earliest = table->recovery->earliest(now());
    ASSERT_GE(earliest, since_);
    const auto span = (now() - earliest).count();
    auto moment = earliest + Duration(span == 0 ? 0 : dice_.below(1'000'000) % (span + 1));
    if (dice_.below(4) == 0) moment = now();
    if (dice_.below(4) == 0) moment = earliest;
    // A moment at which something happened is worth more than one between.
    const auto near = past_.lower_bound(moment);
    if (near != past_.end() && dice_.below(2) == 0) moment = near->first;
    const Model& expected = std::prev(past_.upper_bound(moment))->second;

    const auto name = "R" + std::to_string(++restored_);
    engine().backups.restore(*table, moment, spec_of(*table, name), Caller{});
    engine().settle();
    const auto made = engine().catalog.find(name);
    ASSERT_EQ(made->status, TableStatus::active);
    Model actual;
    std::size_t in_index = 0;
    for (const auto& bytes : engine().items_of(name)) {
      const Item item{std::string(bytes)};
      actual[std::string(item.find("pk")->text())] = item;
      if (item.find("g")) ++in_index;
    }
    EXPECT_EQ(actual, expected);
    EXPECT_EQ(engine().values_under(made->indexes.front()->id).size(), in_index);
    const auto& size = engine().reader.size_of(*made);
    EXPECT_EQ(size.items.load(), static_cast<long long>(expected.size()));
    engine().catalog.remove(name);
  }

  Dice dice_;
  Folder folder_;
  std::optional<BackupEngine> engine_;
  TimePoint since_;
  Model model_;
  std::map<TimePoint, Model> past_;
  int value_ = 0;
  int restored_ = 0;
};

TEST(RecoveryPropertyTest, RestoresWhatWas) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    for (int step = 0; step < 400 && !testing::Test::HasFailure(); ++step) life.step();
  }
}

}  // namespace
}  // namespace engine
