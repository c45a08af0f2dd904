// Random writes, leaps of the clock and changes of the setting, against a model of a few lines.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "engine/table/item_key.h"
#include "tests/engine/dice.h"
#include "tests/engine/fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using std::chrono::seconds;

struct ModelItem {
  std::map<std::string, long long> ends;  ///< By attribute; those that can be meant.
  bool operator==(const ModelItem&) const = default;
};

class Life {
 public:
  explicit Life(unsigned seed) : dice_(seed) {
    open();
    engine_->make_table("T", ViewType::keys_only);
  }

  void step() {
    const int kind = dice_.below(20);
    if (kind < 9) {
      write(1);
    } else if (kind < 11) {
      write(1 + dice_.below(6));
    } else if (kind < 13) {
      remove();
    } else if (kind < 17) {
      leap(dice_.below(12));
    } else if (kind == 17) {
      leap(dice_.below(2) == 0 ? seconds(std::chrono::years(6)).count() : 86'400);
    } else if (kind == 18) {
      change_setting();
    } else if (dice_.below(4) == 0) {
      open();
    }
    leap(0);
    check();
  }

 private:
  Engine& engine() { return *engine_; }
  std::shared_ptr<const Table> table() { return engine().catalog.find("T"); }
  static std::string pk(int number) { return "item-" + std::to_string(number); }

  void open() {
    const auto now = engine_ ? engine_->clock.time : from_epoch_milliseconds(1'764'085'660'000);
    engine_.reset();
    engine_.emplace(storage::StoreOptions{.folder = folder_.path() + "/store"});
    engine_->clock.time = now;
  }

  long long now() { return epoch_seconds(engine().clock.now()); }

  /// An end near now, rarely one that is never meant.
  Item some_item(const std::string& key, ModelItem& model) {
    std::vector<std::pair<std::string, Value>> attributes = {{"pk", Value::string(key)}};
    for (const std::string name : {"end", "other"}) {
      const int kind = dice_.below(8);
      if (kind == 0) continue;
      if (kind == 1) {
        attributes.emplace_back(name, Value::string(std::to_string(now())));
        continue;
      }
      long long end = now() - 10 + dice_.below(25);
      if (kind == 2) end -= seconds(std::chrono::years(5)).count();
      model.ends[name] = end;
      attributes.emplace_back(name, Value::number(std::to_string(end)));
    }
    return Item::of(std::move(attributes));
  }

  void write(int count) {
    std::vector<Write> writes;
    std::map<std::string, ModelItem> written;
    for (int i = 0; i < count; ++i) {
      const auto key = pk(dice_.below(12));
      if (written.contains(key)) continue;
      ModelItem model;
      writes.push_back(Engine::put_of(table(), some_item(key, model)));
      written[key] = model;
    }
    if (count == 1) {
      engine().writer.apply(writes.front());
    } else {
      engine().writer.apply_all(writes);
    }
    for (auto& [key, model] : written) items_[key] = model;
  }

  void remove() {
    const auto key = pk(dice_.below(12));
    engine().remove(table(), item(key));
    items_.erase(key);
  }

  void change_setting() {
    if (attribute_) {
      engine().catalog.update("T", {.disable_time_to_live = true});
      attribute_.reset();
      return;
    }
    attribute_ = dice_.below(2) == 0 ? "end" : "other";
    engine().expiry.begin(*engine().catalog.update("T", {.enable_time_to_live = *attribute_}));
  }

  /// As the program goes through time: what falls due on the way is done when it falls due.
  void leap(long long by) {
    const auto start = engine().clock.time;
    const auto target = start + seconds(by);
    for (auto due = engine().expiry.next_due(); due && *due <= target;
         due = engine().expiry.next_due()) {
      engine().clock.time = std::max(engine().clock.time, *due);
      engine().expiry.perform(engine().clock.now());
      ASSERT_LT(++performed_, 100'000) << "always due";
    }
    const auto before = model_now_;
    model_now_ = epoch_seconds(target);
    engine().clock.time = target;
    if (!attribute_) return;
    std::erase_if(items_, [&](const auto& entry) {
      const auto end = entry.second.ends.find(*attribute_);
      if (end == entry.second.ends.end() || end->second > model_now_) return false;
      const auto deleted_at = std::max(before, end->second);
      const bool is_meant = end->second >= deleted_at - seconds(std::chrono::years(5)).count();
      if (is_meant) {
        deletions_.push_back(std::max(start, from_epoch_milliseconds(end->second * 1000)));
      }
      return is_meant;
    });
  }

  void check() {
    std::size_t ends = 0;
    for (int number = 0; number < 12; ++number) {
      const auto found = items_.find(pk(number));
      ASSERT_EQ(engine().reader.item(table()->key_of(item(pk(number)))).has_value(),
                found != items_.end())
          << pk(number);
      if (found != items_.end() && attribute_) ends += found->second.ends.count(*attribute_);
    }
    ASSERT_EQ(table()->time_to_live.has_value(), attribute_.has_value());
    if (attribute_) {
      ASSERT_FALSE(table()->time_to_live->is_filling);
      std::size_t listed = 0;
      const auto id = table()->time_to_live->id;
      for (auto cursor =
               engine().store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1));
           cursor.valid(); cursor.next()) {
        ++listed;
      }
      ASSERT_EQ(listed, ends);
    }
    std::size_t by_service = 0;
    for (const auto& record : engine().records(*table())) {
      by_service += record.view().by_service ? 1 : 0;
    }
    std::erase_if(deletions_, [&](TimePoint deleted_at) {
      return deleted_at + record_life <= engine().clock.time;  // Their records are trimmed.
    });
    ASSERT_EQ(by_service, deletions_.size());
  }

  Folder folder_;
  Dice dice_;
  std::optional<Engine> engine_;
  std::map<std::string, ModelItem> items_;
  std::optional<std::string> attribute_;
  long long model_now_ = 1'764'085'660;
  std::vector<TimePoint> deletions_;
  int performed_ = 0;
};

TEST(ExpiryPropertyTest, ItemsEndAsTheModelSays) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    for (int step = 0; step < 250; ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      life.step();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace engine
