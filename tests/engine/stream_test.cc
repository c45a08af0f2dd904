#include "engine/stream/stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/stream/record.h"
#include "fixture.h"

namespace engine {
namespace {

TEST(SequenceNumberTest, IsTwentyOneDigitsAndComesBack) {
  EXPECT_EQ(sequence_number_text(7), "100000000000000000007");
  EXPECT_EQ(parse_sequence_number("100000000000000000007"), 7u);
  const auto largest = ~SequenceNumber{0};
  EXPECT_EQ(parse_sequence_number(sequence_number_text(largest)), largest);
}

TEST(SequenceNumberTest, OfOthersGoesToTheNearestOfOurs) {
  EXPECT_EQ(parse_sequence_number("000000000000000000007"), 0u);
  EXPECT_EQ(parse_sequence_number("300000000000000499659"), ~SequenceNumber{0});
  EXPECT_EQ(parse_sequence_number(std::string(40, '9')), ~SequenceNumber{0});
  EXPECT_EQ(parse_sequence_number("0000100000000000000000007"), 7u);
}

TEST(SequenceNumberTest, RefusesWhatIsNone) {
  EXPECT_EQ(parse_sequence_number(std::string(20, '1')), std::nullopt);
  EXPECT_EQ(parse_sequence_number(std::string(41, '1')), std::nullopt);
  EXPECT_EQ(parse_sequence_number("10000000000000000000x"), std::nullopt);
}

TEST(StreamTest, LabelsOfOneMillisecondDiffer) {
  Engine engine;
  const auto first = engine.make_table("T", ViewType::keys_only);
  engine.catalog.remove("T");
  const auto second = engine.make_table("T", ViewType::keys_only);
  EXPECT_EQ(first->stream->label, "2025-11-25T15:47:40.123");
  EXPECT_EQ(second->stream->label, "2025-11-25T15:47:40.124");
}

// event-source-mapping.md 4.1, member by member and in its order.
TEST(RecordTest, IsWrittenAsLambdaHandsItToAFunction) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  engine.put(table, item("hello world", "b", Value::binary("foobar")));
  const auto record = engine.records(*table).front();
  std::string json;
  append_record_json(json, *table->stream, record.view(), RecordForm::lambda_event);
  const auto id = event_id(*table->stream, record.sequence_number);
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(json,
            R"({"eventID":")" + id +
                R"(","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb",)"
                R"("awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":1764085660.0,)"
                R"("Keys":{"pk":{"S":"hello world"}},)"
                R"("NewImage":{"b":{"B":"Zm9vYmFy"},"pk":{"S":"hello world"}},)"
                R"("SequenceNumber":")" +
                sequence_number_text(record.sequence_number) +
                R"(","SizeBytes":33,"StreamViewType":"NEW_IMAGE"},"eventSourceARN":")" +
                table->stream->arn + R"("})");
}

TEST(StreamReaderTest, StopsAtTheLimitAndAtTheBytesButReadsOne) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::new_image);
  for (int i = 1; i <= 5; ++i) engine.put(table, item("a", "n", Value::number(std::to_string(i))));
  const auto& shard = *table->stream->shards()[0];
  const auto count = [&](std::size_t limit, std::size_t bytes) {
    return engine.stream_reader.read(shard, 0, limit, bytes).records.size();
  };
  const auto size = engine.records(*table)[1].view().size;
  EXPECT_EQ(count(3, 1 << 20), 3u);
  EXPECT_EQ(count(100, 1 << 20), 5u);
  EXPECT_EQ(count(100, 1), 1u);
  EXPECT_EQ(count(100, 3 * size), 3u);
  EXPECT_EQ(count(100, 3 * size - 1), 2u);
}

TEST(StreamReaderTest, ReadsAfterANumberAndFindsTheNewest) {
  Engine engine;
  const auto table = engine.make_table("T", ViewType::keys_only);
  const auto& shard = *table->stream->shards()[0];
  EXPECT_EQ(shard.newest, shard.starting);
  engine.put(table, item("a"));
  engine.put(table, item("b"));
  const auto all = engine.records(*table);
  const auto page = engine.stream_reader.read(shard, all[0].sequence_number, 10, 1 << 20);
  ASSERT_EQ(page.records.size(), 1u);
  EXPECT_EQ(page.records[0].sequence_number, all[1].sequence_number);
  EXPECT_FALSE(page.is_end);
  EXPECT_EQ(shard.newest, all[1].sequence_number);
  EXPECT_TRUE(engine.stream_reader.read(shard, ~SequenceNumber{0}, 10, 1 << 20).records.empty());
}

}  // namespace
}  // namespace engine
