// The setting of a table, and the list that goes with it: begun, ended, found again.

#include "engine/table/time_to_live.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "engine/table/description.h"
#include "storage/error.h"
#include "tests/engine/expiry_fixture.h"
#include "tests/folder.h"

namespace engine {
namespace {

using testing::Optional;

// What was there before is listed in portions, while others write.
TEST(TimeToLiveTest, EnablingListsWhatIsThereAlready) {
  constexpr int count = 12'000;
  Engine engine;
  const auto plain = engine.make_table("T");
  for (int i = 0; i < count; ++i) {
    engine.put(plain, i % 2 == 0 ? item(std::to_string(i), "end", at(start + 1 + i))
                                 : item(std::to_string(i)));
  }
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    for (int i = 0; !is_over; i = (i + 2) % count) {
      engine.put(plain, item(std::to_string(i), "end", at(start + 500'000 + i)));
      engine.put(plain, item(std::to_string(i), "end", at(start + 1 + i)));
    }
  });
  auto table = enable(engine, "T");
  EXPECT_TRUE(table->time_to_live->is_filling) << "too large for one call";
  EXPECT_THAT(engine.expiry.next_due(), Optional(TimePoint()));
  for (int steps = 0; engine.catalog.find("T")->time_to_live->is_filling; ++steps) {
    ASSERT_LT(steps, 1000);
    engine.expiry.perform(engine.clock.now());
  }
  is_over = true;
  writer.join();
  table = engine.catalog.find("T");
  EXPECT_EQ(listed(engine, *table), static_cast<std::size_t>(count / 2));
  live_until(engine, start + 1 + count);
  EXPECT_EQ(engine.reader.size_of(*table).items, count / 2);
  EXPECT_EQ(listed(engine, *table), 0u);
}

TEST(TimeToLiveTest, DisablingForgetsTheList) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  engine.put(table, item("a", "end", at(start + 1)));
  engine.catalog.update("T", {.disable_time_to_live = true});
  EXPECT_EQ(listed(engine, *table), 0u);
  EXPECT_EQ(engine.expiry.next_due(), std::nullopt);
  engine.put(table, item("b", "end", at(start + 1)));
  EXPECT_EQ(listed(engine, *table), 0u);
  live_until(engine, start + 5);
  EXPECT_TRUE(is_there(engine, *table, "a"));

  // Another attribute, another list.
  enable(engine, "T", "other");
  engine.put(table, item("c", "other", at(start + 6)));
  live_until(engine, start + 6);
  EXPECT_TRUE(is_there(engine, *table, "a"));
  EXPECT_FALSE(is_there(engine, *table, "c"));
}

TEST(TimeToLiveTest, DisablingInTheMiddleOfFillingLeavesNothing) {
  Engine engine;
  const auto plain = engine.make_table("T");
  for (int i = 0; i < 11'000; ++i) engine.put(plain, item(std::to_string(i), "end", at(start + i)));
  const auto table = enable(engine, "T");
  ASSERT_TRUE(table->time_to_live->is_filling);
  engine.catalog.update("T", {.disable_time_to_live = true});
  engine.expiry.begin(*table);
  perform_all(engine);
  EXPECT_EQ(listed(engine, *table), 0u);
}

TEST(TimeToLiveTest, CanBeChangedWhileItemsEnd) {
  Engine engine;
  const auto plain = engine.make_table("T");
  std::atomic<bool> is_over{false};
  std::thread user([&] {
    for (int round = 0; round < 100; ++round) {
      for (int i = 0; i < 3; ++i) engine.put(plain, item(std::to_string(i), "end", at(start)));
      enable(engine, "T");
      if (round < 99) engine.catalog.update("T", {.disable_time_to_live = true});
    }
    is_over = true;
  });
  while (!is_over) engine.expiry.perform(engine.clock.now());
  user.join();
  perform_all(engine);
  EXPECT_EQ(engine.reader.size_of(*plain).items, 0);
  EXPECT_EQ(listed(engine, *engine.catalog.find("T")), 0u);
}

TEST(TimeToLiveTest, RemovingTheTableRemovesTheList) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  engine.put(table, item("a", "end", at(start + 1)));
  engine.catalog.remove("T");
  EXPECT_EQ(listed(engine, *table), 0u);
  live_until(engine, start + 5);
  EXPECT_EQ(engine.expiry.next_due(), std::nullopt);
}

class TimeToLiveOnDisk : public testing::Test {
 protected:
  Folder folder_;
  storage::StoreOptions options_{.folder = folder_.path() + "/store"};
};

TEST_F(TimeToLiveOnDisk, IsTheSameAfterARestart) {
  {
    Engine engine(options_);
    const auto table = make_expiring_table(engine);
    engine.put(table, item("a", "end", at(start + 60)));
    engine.put(table, item("b", "end", at(start + 120)));
  }
  Engine engine(options_);
  const auto table = engine.catalog.find("T");
  EXPECT_EQ(table->time_to_live->attribute_name, "end");
  live_until(engine, start + 60);
  EXPECT_FALSE(is_there(engine, *table, "a"));
  EXPECT_TRUE(is_there(engine, *table, "b"));
  EXPECT_THAT(engine.expiry.next_due(), Optional(time_of(start + 120)));
  // Numbers of lists are never used again.
  EXPECT_GT(engine.make_table("Next")->id, table->time_to_live->id);
}

TEST_F(TimeToLiveOnDisk, FillingGoesOnAfterARestart) {
  constexpr int count = 11'000;
  {
    Engine engine(options_);
    const auto plain = engine.make_table("T");
    for (int i = 0; i < count; ++i)
      engine.put(plain, item(std::to_string(i), "end", at(start + i)));
    EXPECT_TRUE(enable(engine, "T")->time_to_live->is_filling);
  }
  Engine engine(options_);
  EXPECT_TRUE(engine.catalog.find("T")->time_to_live->is_filling);
  engine.clock.time = time_of(start - 1);
  perform_all(engine);
  const auto table = engine.catalog.find("T");
  EXPECT_FALSE(table->time_to_live->is_filling);
  EXPECT_EQ(listed(engine, *table), static_cast<std::size_t>(count));
}

/// No file grows while it lives: the disk is full.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{.rlim_cur = 1, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(TimeToLiveOnDisk, WhatCouldNotBeDeletedIsStillDue) {
  {
    Engine engine(options_);
    const auto table = make_expiring_table(engine);
    engine.put(table, item("a", "end", at(start + 1)));
    engine.put(table, item("b", "end", at(start + 2)));
    engine.clock.time = time_of(start + 5);
    {
      const FullDisk full;
      EXPECT_THROW(engine.expiry.perform(engine.clock.now()), storage::StorageError);
    }
    EXPECT_THAT(engine.expiry.next_due(), Optional(time_of(start + 1)));
    EXPECT_TRUE(is_there(engine, *table, "a"));
    EXPECT_EQ(engine.records(*table).size(), 2u);
  }
  Engine engine(options_);
  live_until(engine, start + 5);
  const auto table = engine.catalog.find("T");
  EXPECT_FALSE(is_there(engine, *table, "a"));
  EXPECT_EQ(engine.records(*table).size(), 4u);
}

TEST(TableDescription, OfBeforeThereWasTimeToLiveIsRead) {
  Engine engine;
  const auto table = engine.make_table("T");
  const auto description = describe(*table);
  EXPECT_EQ(description.find("timeToLive"), std::string::npos);
  EXPECT_EQ(table_of(description, engine.streams)->time_to_live, std::nullopt);
  EXPECT_EQ(table_of(describe(*enable(engine, "T")), engine.streams)->time_to_live->attribute_name,
            "end");
}

}  // namespace
}  // namespace engine
