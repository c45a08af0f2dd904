// What queues, topics and buckets are told of records that were given up (event-source-mapping.md
// 5.7 to 5.9), byte for byte.

#include "mapping/destination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "engine/bucket/buckets.h"
#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "engine/topic/topics.h"
#include "tests/engine/fixture.h"

namespace mapping {
namespace {

using nlohmann::json;
using testing::MatchesRegex;

const std::string queue_arn = "arn:aws:sqs:us-east-1:000000000000:q";
const std::string topic_arn = "arn:aws:sns:us-east-1:000000000000:t";
const std::string bucket_arn = "arn:aws:s3:::bucket";

FailureReport a_report(const std::string& destination) {
  FailureReport report;
  report.destination_arn = destination;
  report.mapping_uuid = "5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10";
  report.function_arn = "arn:aws:lambda:us-east-1:000000000000:function:F:2";
  report.stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/L";
  report.shard_id = "shardId-1";
  report.attempts = 2;
  report.failed = {.request_id = "316aa6d0-8154-4c2e-9af7-85d5f4a6bc81", .executed_version = "2"};
  report.first = {100, engine::from_epoch_milliseconds(1'764'085'981'999), 10};
  report.last = {103, engine::from_epoch_milliseconds(1'764'085'982'001), 10};
  report.batch_size = 3;
  report.time = engine::from_epoch_milliseconds(1'764'085'988'123);
  if (is_bucket_arn(destination)) {
    report.payload = std::make_shared<std::string>(R"({"Records":["a"]})");
  }
  return report;
}

std::string batch_info() {
  return R"("version":"1.0","timestamp":"2025-11-25T15:53:08.123Z",)"
         R"("DDBStreamBatchInfo":{"shardId":"shardId-1","startSequenceNumber":")" +
         engine::sequence_number_text(100) + R"(","endSequenceNumber":")" +
         engine::sequence_number_text(103) +
         R"(","approximateArrivalOfFirstRecord":"2025-11-25T15:53:01Z",)"
         R"("approximateArrivalOfLastRecord":"2025-11-25T15:53:02Z","batchSize":3,)"
         R"("streamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/L"})";
}

const std::string exhausted =
    R"({"requestContext":{"requestId":"316aa6d0-8154-4c2e-9af7-85d5f4a6bc81",)"
    R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:F:2",)"
    R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":2},)"
    R"("responseContext":{"statusCode":200,"executedVersion":"2",)"
    R"("functionError":"Unhandled"},)" +
    batch_info() + "}";

class DestinationTest : public testing::Test {
 protected:
  DestinationTest() {
    queues_.create("q", engine::Caller{}, {});
    topics_.create("t", engine::Caller{}, "", {});
    buckets_.create("bucket", engine::Caller{});
  }

  std::optional<std::string> send(FailureReport report) {
    std::optional<std::string> problem;
    boost::asio::io_context context;
    boost::asio::co_spawn(context, destinations_.send(std::move(report)),
                          [&](const std::exception_ptr& thrown, std::optional<std::string> said) {
                            EXPECT_FALSE(thrown);
                            problem = std::move(said);
                          });
    context.run();
    return problem;
  }
  std::vector<engine::Message> received() { return queues_.receive("q", 10); }

  engine::FakeClock clock_;
  engine::Random random_{1};
  storage::Store store_{{.in_memory = true}};
  engine::Documents documents_{store_};
  engine::Queues queues_{store_, clock_, random_};
  engine::Topics topics_{documents_, queues_, clock_, random_};
  engine::Buckets buckets_{store_, clock_, random_};
  Destinations destinations_{queues_, topics_, buckets_, random_};
};

// Behaviours 61, 64 and 65.
TEST_F(DestinationTest, AQueueIsToldWithoutThePayload) {
  EXPECT_EQ(send(a_report(queue_arn)), std::nullopt);
  const auto messages = received();
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].body, exhausted);
  EXPECT_TRUE(messages[0].attributes.empty());
}

TEST_F(DestinationTest, RecordsTooOldHaveNoAnswerToTellOf) {
  auto report = a_report(queue_arn);
  report.condition = Condition::record_age_exceeded;
  EXPECT_EQ(report.json(),
            R"({"requestContext":{"requestId":"316aa6d0-8154-4c2e-9af7-85d5f4a6bc81",)"
            R"("functionArn":"arn:aws:lambda:us-east-1:000000000000:function:F:2",)"
            R"("condition":"RecordAgeExceeded","approximateInvokeCount":2},)" +
                batch_info() + "}");
}

TEST_F(DestinationTest, AnAnswerThatAcceptedOnlyAPartIsNoFunctionError) {
  auto report = a_report(queue_arn);
  report.failed.function_error = std::nullopt;
  EXPECT_TRUE(json::parse(report.json())["responseContext"]["functionError"].is_null());
}

// Behaviour 62.
TEST_F(DestinationTest, ATopicIsToldTheSame) {
  topics_.subscribe("t", queue_arn, engine::Caller{}, false);
  EXPECT_EQ(send(a_report(topic_arn)), std::nullopt);
  const auto messages = received();
  ASSERT_EQ(messages.size(), 1u);
  const auto notification = json::parse(messages[0].body);
  EXPECT_EQ(notification.at("Message"), exhausted);
  EXPECT_EQ(notification.at("Type"), "Notification");
  EXPECT_EQ(notification.at("TopicArn"), topic_arn);
  EXPECT_FALSE(notification.contains("Subject"));
  EXPECT_FALSE(notification.contains("MessageAttributes"));
}

// Behaviour 63.
TEST_F(DestinationTest, ABucketKeepsThePayloadToo) {
  EXPECT_EQ(send(a_report(bucket_arn)), std::nullopt);
  const auto page = buckets_.list_objects("bucket", {});
  ASSERT_EQ(page.objects.size(), 1u);
  EXPECT_THAT(page.objects[0].key,
              MatchesRegex("aws/lambda/5b2c6d1e-0f4f-4a6c-9a53-0d7f3b1f6a10/shardId-1/2025/11/25/"
                           "2025-11-25T15\\.53\\.08-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
  EXPECT_EQ(buckets_.get("bucket", page.objects[0].key)->bytes,
            exhausted.substr(0, exhausted.size() - 1) + R"(,"payload":"{\"Records\":[\"a\"]}"})");
}

// Behaviour 66, as far as it is decided here.
TEST_F(DestinationTest, WhatIsNotThereIsAProblemAndNothingIsThrown) {
  const auto problem_of = [&](const std::string& arn) { return send(a_report(arn)).value_or(""); };
  EXPECT_EQ(problem_of("arn:aws:sqs:us-east-1:000000000000:none"),
            "The specified queue does not exist.");
  EXPECT_EQ(problem_of("arn:aws:sns:us-east-1:000000000000:none"), "Topic does not exist");
  EXPECT_EQ(problem_of("arn:aws:s3:::none"), "The specified bucket does not exist");
  EXPECT_EQ(problem_of("arn:aws:sqs:us-east-1:000000000000:q.fifo"),
            "FIFO queues and topics are not supported.");
  EXPECT_EQ(problem_of("arn:aws:lambda:us-east-1:000000000000:function:f"),
            "It is not the ARN of a queue, a topic or a bucket.");
  EXPECT_EQ(problem_of("q"), "It is not an ARN.");
}

TEST_F(DestinationTest, AReportThatAQueueOrATopicRefusesIsAProblem) {
  queues_.update("q", [](auto& queue) { queue.settings.message_bytes_max = 1024; });
  auto report = a_report(queue_arn);
  report.shard_id.clear();
  report.shard_id.assign(1024 - report.json().size(), 's');
  EXPECT_EQ(report.json().size(), 1024u);
  EXPECT_EQ(send(report), std::nullopt);
  report.shard_id += 's';
  EXPECT_EQ(send(report),
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
  EXPECT_EQ(received().size(), 1u);

  report.destination_arn = topic_arn;
  report.shard_id.assign(262'144 + report.shard_id.size() - report.json().size(), 's');
  EXPECT_EQ(report.json().size(), 262'144u);
  EXPECT_EQ(send(report), std::nullopt);
  report.shard_id += 's';
  EXPECT_EQ(send(report), "Invalid parameter: Message too long");
}

}  // namespace
}  // namespace mapping
