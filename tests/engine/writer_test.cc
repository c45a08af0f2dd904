#include "engine/write/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "engine/api_error.h"
#include "engine/value/number.h"
#include "fixture.h"

namespace engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<EventName> events(const std::vector<Record>& records) {
  std::vector<EventName> names;
  for (const auto& record : records) names.push_back(record.view().event_name);
  return names;
}

/// Counts what it hears.
struct FakeListener final : StreamListener {
  void on_records(const Stream& stream) override { heard.push_back(stream.arn); }
  std::vector<std::string> heard;
};

TEST(WriterTest, PutsReplacesAndRemovesAnItem) {
  Engine engine;
  const auto table = engine.make_table("T");
  const auto first = engine.put(table, item("a", "n", Value::number("1")));
  EXPECT_FALSE(first.old_item.has_value());

  const auto second = engine.put(table, item("a", "n", Value::number("2")));
  EXPECT_EQ(second.old_item, item("a", "n", Value::number("1")));
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), item("a", "n", Value::number("2")));

  engine.remove(table, item("a"));
  EXPECT_EQ(engine.reader.item(table->key_of(item("a"))), std::nullopt);
}

TEST(WriterTest, WritesNothingWhenTheConditionDoesNotHold) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  auto write = Engine::put_of(table, item("a"));
  write.condition = [](const Item* old) { return old != nullptr; };
  EXPECT_FALSE(engine.writer.apply(write).condition_held);
  EXPECT_EQ(engine.reader.item(write.key), std::nullopt);
  EXPECT_THAT(engine.records(*table), IsEmpty());
}

TEST(WriterTest, TellsTheStoryOfAnItemInItsStream) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_and_old_images);
  engine.put(table, item("a", "n", Value::number("1")));
  engine.put(table, item("a", "n", Value::number("2")));
  engine.remove(table, item("a"));

  const auto records = engine.records(*table);
  EXPECT_THAT(events(records),
              ElementsAre(EventName::insert, EventName::modify, EventName::remove));
  const auto modify = records[1].view();
  EXPECT_EQ(Item(modify.keys), item("a"));
  EXPECT_EQ(Item(*modify.old_image), item("a", "n", Value::number("1")));
  EXPECT_EQ(Item(*modify.new_image), item("a", "n", Value::number("2")));
}

// streams.md 8.1.
TEST(WriterTest, KeepsTheImagesThatTheViewTypeAsksFor) {
  struct Row {
    ViewType view_type;
    std::vector<std::string> images;  // "new old" of INSERT, MODIFY, REMOVE.
  };
  const std::vector<Row> rows = {{ViewType::keys_only, {"--", "--", "--"}},
                                 {ViewType::new_image, {"n-", "n-", "--"}},
                                 {ViewType::old_image, {"--", "-o", "-o"}},
                                 {ViewType::new_and_old_images, {"n-", "no", "-o"}}};
  for (const auto& row : rows) {
    Engine engine;
    const auto table = engine.make_table("T", row.view_type);
    engine.put(table, item("a"));
    engine.put(table, item("a", "n", Value::number("1")));
    engine.remove(table, item("a"));
    std::vector<std::string> images;
    for (const auto& record : engine.records(*table)) {
      const auto view = record.view();
      images.push_back(std::string(view.new_image ? "n" : "-") + (view.old_image ? "o" : "-"));
    }
    EXPECT_EQ(images, row.images) << view_type_name(row.view_type);
  }
}

// streams.md 8.3.
TEST(WriterTest, AChangeThatChangesNothingLeavesNoRecord) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  const auto one = std::string(Number::parse("1").encoded());
  const auto two = std::string(Number::parse("2").encoded());
  engine.put(table, item("s", "set", Value::set(Type::number_set, {one, two})));
  engine.put(table, item("s", "set", Value::set(Type::number_set, {two, one})));
  engine.put(table, item("a", "n", Value::number("1.0")));
  engine.put(table, item("a", "n", Value::number("1")));
  engine.remove(table, item("missing"));
  EXPECT_THAT(events(engine.records(*table)), ElementsAre(EventName::insert, EventName::insert));
}

// streams.md 8.4: the transaction scenario's sizes.
TEST(WriterTest, CountsSizeBytesAsAwsDoes) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_and_old_images);
  engine.put(table, item("Fred"));
  engine.put(table, item("Fred", "name", Value::string("Fred")));
  const auto records = engine.records(*table);
  EXPECT_EQ(records[0].view().size, 12u);
  EXPECT_EQ(records[1].view().size, 26u);
}

TEST(WriterTest, SeveralItemsAreOneCommit) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  const auto plain = engine.make_table("Plain");
  std::vector<Write> writes = {Engine::put_of(table, item("a")), Engine::put_of(plain, item("b")),
                               Engine::put_of(table, item("c"))};
  engine.writer.apply_all(writes);
  EXPECT_EQ(engine.records(*table).size(), 2u);
  EXPECT_TRUE(engine.reader.item(plain->key_of(item("b"))).has_value());

  writes = {Engine::put_of(table, item("d")), Engine::put_of(table, item("e"))};
  writes[1].condition = [](const Item*) { return false; };
  const auto outcomes = engine.writer.apply_all(writes);
  EXPECT_TRUE(outcomes[0].condition_held);
  EXPECT_FALSE(outcomes[1].condition_held);
  EXPECT_EQ(engine.reader.item(writes[0].key), std::nullopt);
  EXPECT_EQ(engine.records(*table).size(), 2u);
}

TEST(WriterTest, TellsTheListenerOnceAfterTheCommit) {
  Engine engine;
  FakeListener listener;
  engine.streams.set_listener(&listener);
  const auto table = engine.make_table("T", ViewType::new_image);
  engine.put(table, item("a"));
  engine.put(table, item("a"));
  EXPECT_THAT(listener.heard, ElementsAre(table->stream->arn));
}

TEST(WriterTest, AWriteToADeletedTableIsRefused) {
  Engine engine;
  const auto table = engine.make_table("T");
  const auto write = Engine::put_of(table, item("a"));
  engine.catalog.remove("T");
  EXPECT_THROW(engine.writer.apply(write), ApiError);
  EXPECT_EQ(engine.reader.item(write.key), std::nullopt);
}

TEST(WriterTest, FollowsTheStreamThatIsInForce) {
  Engine engine;
  const auto old_version = engine.make_table("T");
  engine.catalog.update("T", {.enable_stream = ViewType::keys_only});
  engine.put(old_version, item("a"));
  EXPECT_EQ(engine.records(*old_version).size(), 1u);
}

TEST(WriterTest, KeepsTheTablesSize) {
  Engine engine;
  const auto table = engine.make_table("T");
  engine.put(table, item("a"));
  engine.put(table, item("b", "n", Value::string("x")));
  engine.remove(table, item("a"));
  EXPECT_EQ(engine.reader.size_of(*table).items, 1);
  EXPECT_EQ(engine.reader.size_of(*table).bytes, 3 + 2);
}

// A reader that follows the stream while eight writers commit sees every record once, in order.
TEST(WriterTest, ReadersSeeAGaplessPrefixUnderConcurrentWriters) {
  constexpr int writer_count = 8;
  constexpr int writes_each = 300;
  Engine engine({.in_memory = true}, /*shards=*/2);
  const auto table = engine.make_table("T", ViewType::new_image);
  std::vector<std::thread> writers;
  for (int w = 0; w < writer_count; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < writes_each; ++i) {
        engine.put(table, item(std::to_string(w), "n", Value::number(std::to_string(i))));
      }
    });
  }

  std::size_t seen = 0;
  std::map<std::string, int> next_of_item;
  std::map<const Shard*, SequenceNumber> read_up_to;
  while (seen < writer_count * writes_each) {
    for (const auto& shard : table->stream->shards()) {
      auto& position = read_up_to[shard.get()];
      for (const auto& record : engine.stream_reader.read(*shard, position, 100, 1 << 20).records) {
        ASSERT_GT(record.sequence_number, position);
        position = record.sequence_number;
        const auto image = record.view().new_image.value();
        const std::string pk(image.find("pk")->text());
        ASSERT_EQ(Number::decode(image.find("n")->number()).text(),
                  std::to_string(next_of_item[pk]++));
        ++seen;
      }
    }
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(engine.records(*table).size(), seen);
}

}  // namespace
}  // namespace engine
