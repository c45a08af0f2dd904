// Filters on a queue's messages: event-source-mapping.md 6.6.

#include <gmock/gmock.h>

#include "tests/mapping/filter_fixture.h"

namespace mapping {
namespace {

using ::testing::HasSubstr;

std::string message(const std::string& body) {
  return nlohmann::json{
      {"messageId", "059f36b4-87a3-44ab-83d2-661975830a7d"},
      {"receiptHandle", "handle"},
      {"body", body},
      {"attributes", {{"ApproximateReceiveCount", "1"}, {"SenderId", "me"}}},
      {"messageAttributes",
       {{"kind", {{"stringValue", "x"}, {"stringListValues", nlohmann::json::array()}}}}},
      {"md5OfBody", "e4e68fb7bd0e697a0ae8f1bb342846b3"},
      {"eventSource", "aws:sqs"},
      {"eventSourceARN", "arn:aws:sqs:us-east-1:000000000000:q"},
      {"awsRegion", "us-east-1"}}
      .dump();
}

bool passes(const std::string& pattern, const std::string& body) {
  return criteria({pattern}).admits_message(message(body));
}

const auto plain = "some text";
const auto json = R"({"a":{"b":101},"s":"us-1-x"})";

TEST(FilterMessageTest, APlainBodyWithAPlainPatternIsMatched) {
  EXPECT_TRUE(passes(R"({"body":["some text"]})", plain));
  EXPECT_TRUE(passes(R"({"body":[{"prefix":"some"}]})", plain));
  EXPECT_FALSE(passes(R"({"body":["other"]})", plain));
}

TEST(FilterMessageTest, WithoutABodyPatternTheOtherKeysDecide) {
  for (const auto body : {plain, json}) {
    EXPECT_TRUE(passes(R"({"messageAttributes":{"kind":{"stringValue":["x"]}}})", body));
    EXPECT_FALSE(passes(R"({"messageAttributes":{"kind":{"stringValue":["y"]}}})", body));
  }
}

TEST(FilterMessageTest, APlainBodyWithAJsonPatternIsDropped) {
  EXPECT_FALSE(passes(R"({"body":{"a":{"b":[101]}}})", plain));
  EXPECT_FALSE(passes(R"({"body":{"a":[{"exists":false}]}})", plain));
}

TEST(FilterMessageTest, AJsonBodyWithAJsonPatternIsMatched) {
  EXPECT_TRUE(passes(R"({"body":{"a":{"b":[101]}}})", json));
  EXPECT_FALSE(passes(R"({"body":{"a":{"b":[102]}}})", json));
  EXPECT_TRUE(passes(R"({"body":{"a":{"b":[{"numeric":[">",100]}]}}})", json));
  EXPECT_TRUE(passes(R"({"body":{"a":{"b":[{"numeric":["<",102]}]}}})", json));
  EXPECT_TRUE(passes(R"({"body":{"a":{"b":[{"numeric":[">",100,"<=",101]}]}}})", json));
  EXPECT_TRUE(passes(R"({"body":{"a":{"b":[{"exists":true}]},"s":[{"prefix":"us-1"}]}})", json));
  EXPECT_TRUE(passes(R"({"body":{"s":["other","us-1-x"]}})", json));
  EXPECT_TRUE(passes(R"({"body":{"t":[{"exists":false}]}})", json));
  EXPECT_TRUE(passes(R"({"body":{"b":[2]}})", R"([{"b":1},{"b":2}])"));
}

TEST(FilterMessageTest, AJsonBodyWithAPlainPatternIsDropped) {
  EXPECT_FALSE(passes(R"({"body":["some text"]})", json));
  EXPECT_FALSE(passes(R"({"body":[{"exists":false}]})", json));
  EXPECT_FALSE(passes(R"({"body":["x"]})", R"(["x"])"));
}

TEST(FilterMessageTest, AScalarOnItsOwnIsPlainText) {
  EXPECT_TRUE(passes(R"({"body":["123"]})", "123"));
  EXPECT_FALSE(passes(R"({"body":[123]})", "123"));
  EXPECT_TRUE(passes(R"({"body":["{not json"]})", "{not json"));
  EXPECT_TRUE(passes(R"({"body":[""]})", ""));
}

TEST(FilterMessageTest, EveryOtherKey) {
  for (const auto pattern :
       {R"({"messageId":["059f36b4-87a3-44ab-83d2-661975830a7d"]})",
        R"({"receiptHandle":["handle"]})", R"({"attributes":{"ApproximateReceiveCount":["1"]}})",
        R"({"md5OfBody":[{"prefix":"e4e6"}]})", R"({"awsRegion":["us-east-1"]})",
        R"({"eventSourceARN":[{"suffix":":q"}]})"}) {
    EXPECT_TRUE(passes(pattern, plain)) << pattern;
  }
  EXPECT_FALSE(passes(R"({"awsRegion":["us-east-1"],"body":["x"]})", plain));
}

TEST(FilterMessageTest, WhyIsSaidInPlainWords) {
  const auto why = [](const char* pattern, const char* body) {
    return criteria({pattern}).why_message_refused(message(body));
  };
  EXPECT_THAT(why(R"({"body":{"a":[1]}})", plain), HasSubstr("the body is plain text"));
  EXPECT_THAT(why(R"({"body":["x"]})", json), HasSubstr("the body is JSON"));
  EXPECT_THAT(why(R"({"body":{"a":{"b":[1]}}})", json),
              HasSubstr("body.a.b is 101 and the filter wants [1]"));
}

}  // namespace
}  // namespace mapping
