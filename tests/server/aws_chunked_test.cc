#include "server/protocol/aws_chunked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace server {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(AwsChunkedTest, PutsTheBodyTogetherAndReadsWhatFollows) {
  const auto decoded = AwsChunked::decode(
      "5\r\nhello\r\n6\r\n\r\nworl\r\n0\r\nX-Amz-Checksum-CRC32: AAAAAA==\r\n\r\n");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->body, "hello\r\nworl");
  EXPECT_THAT(decoded->trailers, ElementsAre(Pair("x-amz-checksum-crc32", "AAAAAA==")));
}

TEST(AwsChunkedTest, PassesOverSignatures) {
  const auto decoded =
      AwsChunked::decode("a;chunk-signature=ab12\r\n0123456789\r\n0;chunk-signature=cd34\r\n\r\n");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->body, "0123456789");
  EXPECT_TRUE(decoded->trailers.empty());
  EXPECT_EQ(AwsChunked::decode("0\r\n\r\n")->body, "");
}

TEST(AwsChunkedTest, NothingElseIsOfThatForm) {
  for (const auto* broken :
       {"", "hello", "5\r\nhell", "5\r\nhello", "5\r\nhello!\r\n0\r\n\r\n", "g\r\n", "-1\r\n\r\n",
        "5\r\nhello\r\n", "0\r\nno colon\r\n\r\n", "0\r\na:b", "0\r\n\r\nmore",
        "ffffffffffffffff\r\n", "fffffffffffffffff\r\nx\r\n"}) {
    EXPECT_FALSE(AwsChunked::decode(broken)) << broken;
  }
}

}  // namespace
}  // namespace server
