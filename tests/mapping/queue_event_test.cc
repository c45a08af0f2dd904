#include "mapping/event/queue_event.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mapping {
namespace {

using Json = nlohmann::ordered_json;

engine::Message sample() {
  engine::Message message;
  message.id = "059f36b4-87a3-44ab-83d2-661975830a7d";
  message.receipt_handle = "AQEB";
  message.body = "{\"foo\": \"bar\"}";
  message.sender_id = "000000000000";
  message.sent = engine::from_epoch_milliseconds(1'764'085'661'123);
  message.first_received = engine::from_epoch_milliseconds(1'764'085'661'130);
  message.receive_count = 1;
  return message;
}

const QueueEventForm plain{.queue_arn = "arn:aws:sqs:eu-west-1:111111111111:q"};

TEST(QueueEventTest, IsAsRecorded) {
  // event-source-mapping.md 7.4.
  const QueueEventForm form{.queue_arn = plain.queue_arn, .has_batching_window = true};
  EXPECT_EQ(Json::parse(render(form, sample())).dump(), Json::parse(R"({
    "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
    "receiptHandle": "AQEB",
    "body": "{\"foo\": \"bar\"}",
    "attributes": {
      "ApproximateReceiveCount": "1",
      "SentTimestamp": "1764085661123",
      "SenderId": "000000000000",
      "ApproximateFirstReceiveTimestamp": "1764085661130"
    },
    "messageAttributes": {},
    "md5OfMessageAttributes": null,
    "md5OfBody": "94232c5b8fc9272f6f73a1e36eb68fcf",
    "eventSource": "aws:sqs",
    "eventSourceARN": "arn:aws:sqs:eu-west-1:111111111111:q",
    "awsRegion": "eu-west-1"
  })")
                                                            .dump());
}

TEST(QueueEventTest, WithoutAWindowThereIsNoChecksumOfNoAttributes) {
  EXPECT_FALSE(Json::parse(render(plain, sample())).contains("md5OfMessageAttributes"));
}

TEST(QueueEventTest, TellsAttributesWithTheirChecksum) {
  auto message = sample();
  message.attributes = {{"General", {"String", "Kenobi"}},
                        {"Hello", {"String", "There"}},
                        {"Help.Me", {"String", "Me"}}};
  const auto text = Json::parse(render(plain, message));
  EXPECT_EQ(text["md5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5");
  EXPECT_EQ(text["messageAttributes"]["Hello"].dump(),
            R"({"stringValue":"There","stringListValues":[],"binaryListValues":[],)"
            R"("dataType":"String"})");

  message.attributes = {{"bytes", {"Binary.png", std::string("\0\xff", 2)}}};
  EXPECT_EQ(Json::parse(render(plain, message))["messageAttributes"]["bytes"].dump(),
            R"({"binaryValue":"AP8=","stringListValues":[],"binaryListValues":[],)"
            R"("dataType":"Binary.png"})");
}

TEST(QueueEventTest, OfAFifoQueueItHasGroupNumberAndDeduplicationId) {
  auto message = sample();
  message.group_id = "g";
  message.deduplication_id = "d";
  message.sequence_number = "10000000000000000007";
  message.system_attributes = {{"AWSTraceHeader", {"String", "Root=1"}}};
  message.dead_letter_source_arn = "arn:aws:sqs:eu-west-1:111111111111:p";
  EXPECT_EQ(Json::parse(render(plain, message))["attributes"].dump(), Json::parse(R"({
      "ApproximateReceiveCount": "1",
      "AWSTraceHeader": "Root=1",
      "SentTimestamp": "1764085661123",
      "SequenceNumber": "10000000000000000007",
      "MessageGroupId": "g",
      "SenderId": "000000000000",
      "MessageDeduplicationId": "d",
      "ApproximateFirstReceiveTimestamp": "1764085661130",
      "DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:111111111111:p"
  })")
                                                                          .dump());
}

}  // namespace
}  // namespace mapping
