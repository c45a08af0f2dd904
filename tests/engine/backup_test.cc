#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "engine/backup/history.h"
#include "tests/engine/backups_fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr int many = 80;

Item large_item(int number) {
  return item("item-" + std::to_string(number), "text", Value::string(std::string(390'000, 'x')));
}

/// More than a request copies before it answers.
std::shared_ptr<const Table> make_large_table(BackupEngine& engine) {
  const auto table = engine.make_table("T");
  for (int i = 0; i < many; ++i) engine.put(table, large_item(i));
  return table;
}

TEST(BackupTest, HoldsTheItemsOfOneMomentWhileTheTableChanges) {
  BackupEngine engine;
  const auto table = make_large_table(engine);
  const auto arn = engine.backups.create(table, "first").arn;
  EXPECT_EQ(engine.backups.existing(arn).status, BackupStatus::creating);
  for (int i = 0; i < many; ++i) engine.remove(table, item("item-" + std::to_string(i)));
  engine.put(table, item("late"));
  engine.settle();

  const auto backup = engine.backups.existing(arn);
  EXPECT_EQ(backup.status, BackupStatus::available);
  EXPECT_EQ(backup.items, many);
  EXPECT_EQ(backup.bytes, [] {
    long long bytes = 0;
    for (int i = 0; i < many; ++i) bytes += static_cast<long long>(large_item(i).size_bytes());
    return bytes;
  }());
  engine.backups.restore(backup, spec_of(*table, "R"), Caller{});
  EXPECT_EQ(engine.catalog.find("R")->status, TableStatus::creating);
  EXPECT_THROW(engine.catalog.table("R"), ApiError);
  engine.settle();
  EXPECT_EQ(engine.catalog.find("R")->status, TableStatus::active);
  EXPECT_THAT(engine.items_of("R"), SizeIs(many));
}

TEST(BackupTest, IsInUseWhileItIsMadeOrRestored) {
  BackupEngine engine;
  const auto table = make_large_table(engine);
  const auto arn = engine.backups.create(table, "first").arn;
  EXPECT_THROW(engine.backups.remove(arn), ApiError);
  EXPECT_THROW(engine.backups.restore(engine.backups.existing(arn), spec_of(*table, "R"), Caller{}),
               ApiError);
  engine.settle();
  engine.backups.restore(engine.backups.existing(arn), spec_of(*table, "R"), Caller{});
  EXPECT_THROW(engine.backups.remove(arn), ApiError);
  engine.settle();
  const auto id = engine.backups.existing(arn).items_id;
  EXPECT_THAT(engine.values_under(id), SizeIs(many));
  EXPECT_EQ(engine.backups.remove(arn).status, BackupStatus::deleted);
  EXPECT_THAT(engine.values_under(id), IsEmpty());
}

TEST(BackupTest, LeavesNothingBehindIfTheProgramEndsInTheMiddle) {
  const Folder folder;
  const storage::StoreOptions options{.folder = folder.path() + "/store"};
  std::uint32_t id = 0;
  {
    BackupEngine engine(options);
    const auto table = make_large_table(engine);
    const auto arn = engine.backups.create(table, "first").arn;
    id = engine.backups.existing(arn).items_id;
    EXPECT_THAT(engine.values_under(id), testing::Not(IsEmpty()));
  }
  BackupEngine engine(options);
  engine.settle();
  EXPECT_THAT(engine.backups.list(""), IsEmpty());
  EXPECT_THAT(engine.values_under(id), IsEmpty());
}

TEST(BackupTest, ARestoreGoesOnWhenTheProgramComesBack) {
  const Folder folder;
  const storage::StoreOptions options{.folder = folder.path() + "/store"};
  TimePoint moment;
  {
    BackupEngine engine(options);
    const auto table = make_large_table(engine);
    engine.enable_recovery("T");
    moment = engine.clock.time;
    engine.clock.time += std::chrono::seconds(1);
    engine.put(table, item("late"));
    const auto arn = engine.backups.create(table, "first").arn;
    engine.settle();
    engine.backups.restore(engine.backups.existing(arn), spec_of(*table, "FromBackup"), Caller{});
    engine.backups.restore(*engine.catalog.find("T"), moment, spec_of(*table, "FromMoment"),
                           Caller{});
    EXPECT_EQ(engine.catalog.find("FromMoment")->status, TableStatus::creating);
  }
  BackupEngine engine(options);
  engine.clock.time = moment + std::chrono::seconds(2);
  EXPECT_EQ(engine.catalog.find("FromBackup")->status, TableStatus::creating);
  engine.settle();
  EXPECT_EQ(engine.catalog.find("FromBackup")->status, TableStatus::active);
  EXPECT_EQ(engine.catalog.find("FromMoment")->status, TableStatus::active);
  EXPECT_THAT(engine.items_of("FromBackup"), SizeIs(many + 1));
  EXPECT_THAT(engine.items_of("FromMoment"), SizeIs(many));
  EXPECT_EQ(engine.reader.size_of(*engine.catalog.find("FromMoment")).items.load(), many);
  EXPECT_EQ(engine.backups.remove(engine.backups.list("").front().arn).status,
            BackupStatus::deleted);
}

TEST(RecoveryTest, KeepsNothingOfTablesThatDoNotWantIt) {
  BackupEngine engine;
  const auto table = engine.make_table("T");
  engine.put(table, item("a"));
  engine.enable_recovery("T");
  const auto id = engine.catalog.find("T")->recovery->id;
  EXPECT_THAT(engine.values_under(id), IsEmpty());
  engine.put(table, item("b"));
  engine.put(table, item("b"));  // Changes nothing.
  EXPECT_THAT(engine.values_under(id), SizeIs(1));
  TableChange change;
  change.disable_recovery = true;
  engine.catalog.update("T", change);
  EXPECT_THAT(engine.values_under(id), IsEmpty());
  engine.put(table, item("c"));
  EXPECT_THAT(engine.values_under(id), IsEmpty());
}

TEST(RecoveryTest, LetsGoOfDaysThatNoMomentNeeds) {
  BackupEngine engine;
  const auto table = engine.make_table("T");
  engine.clock.time = start_of_day(20'000);
  engine.enable_recovery("T", 2);
  const auto id = engine.catalog.find("T")->recovery->id;
  engine.put(table, item("a"));
  engine.clock.time = start_of_day(20'001);
  engine.put(table, item("b"));
  engine.clock.time = start_of_day(20'003) - Duration(1);
  engine.settle();
  EXPECT_THAT(engine.values_under(id), SizeIs(2));
  ASSERT_EQ(engine.trim.next_due(), start_of_day(20'003));
  engine.clock.time = start_of_day(20'003);
  engine.settle();
  EXPECT_THAT(engine.values_under(id), SizeIs(1));
  engine.clock.time = start_of_day(20'400);
  engine.settle();
  EXPECT_THAT(engine.values_under(id), IsEmpty());
  EXPECT_EQ(engine.trim.next_due(), start_of_day(20'403));
}

TEST(RecoveryTest, AClockThatWasSetBackUndoesWhatItHasNotSeen) {
  BackupEngine engine;
  const auto table = engine.make_table("T");
  engine.enable_recovery("T");
  const auto start = engine.clock.time;
  const auto value = [](const char* text) { return item("a", "v", Value::string(text)); };
  engine.clock.time = start + Duration(10);
  engine.put(table, value("late"));
  engine.clock.time = start + Duration(5);
  engine.put(table, value("early"));

  const auto at = [&](int ms) -> std::optional<std::string> {
    const auto moment = start + Duration(ms);
    const auto past = History(engine.store, *table, moment, moment).next();
    if (!past) return std::nullopt;
    return std::string(MapView(*past->after).find("v")->text());
  };
  EXPECT_EQ(at(0), std::nullopt);
  EXPECT_EQ(at(7), std::nullopt);  // The change of 10 ms had not happened.
  EXPECT_EQ(at(10), "early");
}

TEST(HistoryTest, TellsWhatAnItemWasAtBothMoments) {
  BackupEngine engine;
  const auto table = engine.make_table("T");
  engine.put(table, item("old"));
  engine.enable_recovery("T");
  const auto start = engine.clock.time;
  engine.clock.time += Duration(1);
  engine.put(table, item("new"));
  engine.put(table, item("passing"));
  engine.clock.time += Duration(1);
  engine.remove(table, item("passing"));
  engine.remove(table, item("old"));
  engine.clock.time += Duration(1);
  engine.put(table, item("late"));

  History history(engine.store, *table, start, start + Duration(2));
  std::map<std::string, PastItem> all;
  while (auto past = history.next()) {
    const auto& known = past->after ? past->after : past->before;
    all[std::string(MapView(*known).find("pk")->text())] = *past;
  }
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_TRUE(all.at("old").before && !all.at("old").after);
  EXPECT_EQ(all.at("old").changed, start + Duration(2));
  EXPECT_TRUE(!all.at("new").before && all.at("new").after);
  EXPECT_EQ(all.at("new").changed, start + Duration(1));
}

}  // namespace
}  // namespace engine
