// Time to live: which items end, when, and what is left behind (dynamodb.md 15, streams.md 12).

#include "engine/write/expiry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "engine/value/number.h"
#include "tests/engine/expiry_fixture.h"

namespace engine {
namespace {

using std::chrono::seconds;
using std::chrono::years;
using testing::Optional;

struct FakeChoreListener final : ChoreListener {
  void on_sooner() override { ++heard; }
  std::atomic<int> heard{0};
};

TEST(ExpiryTest, DeletesAnItemWhenTheClockReachesItsSecond) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  engine.put(table, item("a", "end", at(start + 60)));
  EXPECT_THAT(engine.expiry.next_due(), Optional(time_of(start + 60)));

  engine.clock.time = time_of(start + 60) - Duration(1);
  perform_all(engine);
  engine.expiry.perform(engine.clock.now());  // Asked too early it does nothing.
  EXPECT_TRUE(is_there(engine, *table, "a"));

  live_until(engine, start + 60);
  EXPECT_FALSE(is_there(engine, *table, "a"));
  EXPECT_EQ(engine.expiry.next_due(), std::nullopt);
  EXPECT_EQ(listed(engine, *table), 0u);
  EXPECT_EQ(engine.reader.size_of(*table).items, 0);
}

// streams.md 12: the record is that of a deletion, and says who deleted.
TEST(ExpiryTest, LeavesARecordThatNamesTheService) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  const auto old_item = item("a", "end", at(start + 1));
  engine.put(table, old_item);
  live_until(engine, start + 90);
  engine.put(table, item("b"));
  engine.remove(table, item("b"));

  const auto records = engine.records(*table);
  ASSERT_EQ(records.size(), 4u);
  const auto removal = records[1].view();
  EXPECT_EQ(removal.event_name, EventName::remove);
  EXPECT_TRUE(removal.by_service);
  EXPECT_EQ(removal.created, time_of(start + 90)) << "when it is deleted, not when it ended";
  EXPECT_EQ(Item(*removal.old_image), old_item);
  EXPECT_FALSE(removal.new_image);

  std::string json;
  append_record_json(json, *table->stream, removal, RecordForm::streams_api);
  EXPECT_EQ(json, R"({"eventID":")" + event_id(*table->stream, removal.sequence_number) +
                      R"(","eventName":"REMOVE","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
                      R"("awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":)" +
                      std::to_string(start + 90) +
                      R"(,"Keys":{"pk":{"S":"a"}},"OldImage":{"end":{"N":")" +
                      std::to_string(start + 1) + R"("},"pk":{"S":"a"}},"SequenceNumber":")" +
                      sequence_number_text(removal.sequence_number) +
                      R"(","SizeBytes":15,"StreamViewType":"NEW_AND_OLD_IMAGES"},)"
                      R"("userIdentity":{"PrincipalId":"dynamodb.amazonaws.com",)"
                      R"("Type":"Service"}})");
  for (const std::size_t other : {0, 2, 3}) EXPECT_FALSE(records[other].view().by_service);
}

TEST(ExpiryTest, OnlyNumbersThatNameASecondAreMeant) {
  struct Row {
    Value end;
    long long deleted_at;  // 0: never.
  };
  const auto text = std::to_string(start);
  const std::vector<Row> rows = {
      {Value::number(text + "0E-1"), start},
      {Value::number(text.substr(0, 1) + "." + text.substr(1) + "E9"), start},
      {Value::number(text + ".001"), start + 1},
      {Value::number(text + ".999"), start + 1},
      {Value::string(text), 0},
      {Value::set(Type::number_set, {std::string(Number::parse(text).encoded())}), 0},
      {Value::boolean(true), 0},
      {Value::number("-" + text), 0},
      {Value::number("0"), 0},
      {Value::number(text + "000"), 0},  // Milliseconds: far from now.
      {Value::number("1E125"), 0},
      {Value::number("1E-130"), 0},
  };
  Engine engine;
  const auto table = make_expiring_table(engine);
  engine.clock.time = time_of(start - 10);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    engine.put(table, item(std::to_string(i), "end", rows[i].end));
  }
  engine.put(table, item("without"));
  for (const long long now : {start - 1, start, start + 1, start + 1'000'000}) {
    live_until(engine, now);
    EXPECT_TRUE(is_there(engine, *table, "without"));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_deleted = rows[i].deleted_at != 0 && rows[i].deleted_at <= now;
      EXPECT_EQ(is_there(engine, *table, std::to_string(i)), !is_deleted) << i << " at " << now;
    }
  }
}

TEST(ExpiryTest, WhatEndedMoreThanFiveYearsAgoIsIgnored) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  const long long five_years = seconds(years(5)).count();
  engine.put(table, item("meant", "end", at(start - five_years)));
  engine.put(table, item("ignored", "end", at(start - five_years - 1)));
  live_until(engine, start);
  EXPECT_FALSE(is_there(engine, *table, "meant"));
  EXPECT_TRUE(is_there(engine, *table, "ignored"));
  EXPECT_EQ(engine.expiry.next_due(), std::nullopt);
}

TEST(ExpiryTest, AnItemWhoseEndMovesIsFollowed) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  engine.put(table, item("a", "end", at(start + 10)));
  engine.put(table, item("a", "end", at(start + 20)));
  engine.put(table, item("b", "end", at(start + 10)));
  engine.put(table, item("b"));
  EXPECT_EQ(listed(engine, *table), 1u);
  live_until(engine, start + 19);
  EXPECT_TRUE(is_there(engine, *table, "a"));
  live_until(engine, start + 20);
  EXPECT_FALSE(is_there(engine, *table, "a"));
  EXPECT_TRUE(is_there(engine, *table, "b"));
}

// Found due and changed before its turn came: decided under the item's lock.
TEST(ExpiryTest, AnItemIsNotDeletedThatIsNoLongerDue) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  for (int round = 0; round < 50; ++round) {
    const auto pk = std::to_string(round);
    engine.put(table, item(pk, "end", at(start)));
    std::thread writer([&] { engine.put(table, item(pk, "end", at(start + 100))); });
    perform_all(engine);
    writer.join();
    perform_all(engine);
    // Whether it was deleted in between or not: what the writer wrote last is there.
    EXPECT_EQ(engine.reader.item(table->key_of(item(pk))), item(pk, "end", at(start + 100)));
  }
  EXPECT_EQ(listed(engine, *table), 50u);
  std::size_t deletions = 0;
  for (const auto& record : engine.records(*table)) deletions += record.view().by_service ? 1 : 0;
  EXPECT_LE(deletions, 50u);
}

TEST(ExpiryTest, IndexEntriesGoWithTheItem) {
  Engine engine;
  TableSpec spec;
  spec.name = "T";
  spec.key.partition = {"pk", Type::string};
  spec.attribute_definitions = {{"pk", Type::string}, {"end", Type::number}};
  spec.billing_mode = BillingMode::pay_per_request;
  Index by_end;
  by_end.name = "by-end";
  by_end.is_global = true;
  by_end.partition = {{"end", Type::number}};
  spec.indexes = {by_end};
  const auto index_id = engine.catalog.create(spec, Caller{})->indexes.front()->id;
  const auto table = enable(engine, "T");
  engine.put(table, item("a", "end", at(start + 1)));
  engine.put(table, item("b", "end", at(start + 2)));
  EXPECT_EQ(entries_under(engine, index_id), 2u);
  live_until(engine, start + 1);
  EXPECT_EQ(entries_under(engine, index_id), 1u);
  EXPECT_EQ(table->indexes.front()->size->items, 1);
}

TEST(ExpiryTest, TellsWhenSomethingEndsSooner) {
  Engine engine;
  const auto table = make_expiring_table(engine);
  const auto other = make_expiring_table(engine, "Other");
  FakeChoreListener listener;
  engine.expiry.set_chore_listener(&listener);
  perform_all(engine);
  engine.put(table, item("a", "end", at(start + 100)));
  EXPECT_EQ(listener.heard, 1);
  engine.put(table, item("b", "end", at(start + 100)));
  engine.put(table, item("c", "end", at(start + 200)));
  EXPECT_EQ(listener.heard, 1) << "not sooner";
  engine.put(table, item("d", "end", at(5)));
  EXPECT_EQ(listener.heard, 1) << "too long ago to be meant";
  const std::vector<Write> writes = {Engine::put_of(table, item("e", "end", at(start + 50))),
                                     Engine::put_of(other, item("e"))};
  engine.writer.apply_all(writes);
  EXPECT_EQ(listener.heard, 2);
  EXPECT_THAT(engine.expiry.next_due(), Optional(time_of(start + 50)));
}

TEST(ExpiryTest, ItemsOfSeveralTablesEndInTheirOrder) {
  Engine engine;
  const auto one = make_expiring_table(engine, "One");
  const auto two = make_expiring_table(engine, "Two");
  engine.put(one, item("third", "end", at(start + 3)));
  engine.put(two, item("second", "end", at(start + 2)));
  engine.put(one, item("first", "end", at(start + 1)));
  live_until(engine, start + 10);
  const auto last = [&](const Table& table) {
    return engine.records(table).back().sequence_number;
  };
  const auto records = engine.records(*one);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(Item(records[2].view().keys), item("first"));
  EXPECT_EQ(Item(records[3].view().keys), item("third"));
  EXPECT_GT(last(*two), records[2].sequence_number);
  EXPECT_LT(last(*two), records[3].sequence_number);
}

TEST(ExpiryTest, ManyItemsAreDeletedInPortions) {
  constexpr int count = 1200;
  Engine engine;
  const auto table = make_expiring_table(engine);
  for (int i = 0; i < count; ++i) engine.put(table, item(std::to_string(i), "end", at(start + 1)));
  engine.clock.time = time_of(start + 1);
  engine.expiry.perform(engine.clock.now());
  const auto left = engine.reader.size_of(*table).items.load();
  EXPECT_GT(left, 0);
  EXPECT_LT(left, count);
  EXPECT_THAT(engine.expiry.next_due(), Optional(time_of(start + 1)));
  // Some that end at the same second lie before those that are left.
  for (int i = 0; i < 50; ++i) {
    engine.put(table, item("late-" + std::to_string(i), "end", at(start + 1)));
  }
  perform_all(engine);
  EXPECT_EQ(engine.reader.size_of(*table).items, 0);
  EXPECT_EQ(engine.records(*table).size(), 2u * (count + 50));
}

}  // namespace
}  // namespace engine
