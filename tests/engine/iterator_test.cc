#include "engine/stream/iterator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace engine {
namespace {

const TimePoint t0 = from_epoch_milliseconds(1'764'085'660'123);

ShardIterator some_iterator() {
  ShardIterator iterator;
  iterator.stream_arn =
      "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000";
  iterator.shard_id = "shardId-00000001414562045508-2bac9cd2";
  iterator.after = 0x1234567890abcdef;
  iterator.created = t0;
  return iterator;
}

TEST(IteratorTest, IsReadBackAsItWas) {
  auto iterator = some_iterator();
  const auto back = ShardIterator::parse(iterator.text());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->stream_arn, iterator.stream_arn);
  EXPECT_EQ(back->shard_id, iterator.shard_id);
  EXPECT_EQ(back->after, iterator.after);
  EXPECT_EQ(back->created, t0);
  EXPECT_FALSE(back->is_at_trim_horizon);
  iterator.is_at_trim_horizon = true;
  EXPECT_TRUE(ShardIterator::parse(iterator.text())->is_at_trim_horizon);
}

TEST(IteratorTest, LooksLikeOneOfAws) {
  EXPECT_TRUE(std::regex_match(some_iterator().text(),
                               std::regex(R"(arn:aws:dynamodb:[^|]*\|\d\|[A-Za-z0-9+/]+=*)")));
}

TEST(IteratorTest, NoOtherTextIsOne) {
  const auto text = some_iterator().text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(ShardIterator::parse(changed)) << i;
    EXPECT_FALSE(ShardIterator::parse(text.substr(0, i))) << i;
  }
  for (const auto* const other : {"", "|1|", "a|1|", "dog", "|1|AAAA", "arn|2|AAAA"}) {
    EXPECT_FALSE(ShardIterator::parse(other)) << other;
  }
}

TEST(IteratorTest, LivesForAQuarterOfAnHour) {
  EXPECT_FALSE(some_iterator().is_expired(t0 + std::chrono::minutes(15)));
  EXPECT_TRUE(some_iterator().is_expired(t0 + std::chrono::minutes(15) + Duration(1)));
}

}  // namespace
}  // namespace engine
