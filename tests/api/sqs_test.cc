#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <nlohmann/json.hpp>

#include "api/operations.h"
#include "api/sqs/errors.h"
#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "engine/random.h"
#include "mapping/queue/arrivals.h"
#include "mapping/queue/digest.h"
#include "mapping/timeline.h"
#include "tests/api/present.h"
#include "tests/mapping/fake_clock.h"

namespace api {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// A call that may still wait.
struct Running {
  std::optional<Json> output;
  std::string error;
};

class SqsTest : public ::testing::Test {
 protected:
  SqsTest() { queues.set_listener(&arrivals); }

  std::shared_ptr<Running> start(std::string_view name, Json input) {
    auto running = std::make_shared<Running>();
    for (const auto& operation : sqs_operations()) {
      if (operation.name != name) continue;
      QueueCall call{.input = std::move(input), .caller = caller, .host = "127.0.0.1:8000"};
      boost::asio::co_spawn(context, operation.run(services, std::move(call)),
                            [running](const std::exception_ptr& thrown, Json output) {
                              try {
                                if (thrown) std::rethrow_exception(thrown);
                                running->output = std::move(output);
                              } catch (const engine::ApiError& error) {
                                running->error = error.code + ": " + error.message;
                              }
                            });
      settle();
      return running;
    }
    ADD_FAILURE() << "no operation " << name;
    return running;
  }

  Json call(std::string_view name, Json input) {
    const auto running = start(name, std::move(input));
    EXPECT_EQ(running->error, "") << name;
    return running->output.value_or(Json());
  }
  std::string refusal(std::string_view name, Json input) {
    return start(name, std::move(input))->error;
  }

  void settle() {
    context.restart();
    context.poll();
  }
  void advance(engine::Duration by) {
    clock.advance(by);
    timeline.on_clock_moved();
    settle();
  }

  std::string create(const std::string& name, Json attributes = Json::object()) {
    return call("CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}})
        .value("QueueUrl", "");
  }
  Json receive_all(const std::string& url) {
    const auto output = call("ReceiveMessage", {{"QueueUrl", url}, {"MaxNumberOfMessages", 10}});
    return output.value("Messages", Json::array());
  }
  Json attributes(const std::string& url) {
    return call("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"All"}}})
        .value("Attributes", Json());
  }

  boost::asio::io_context context;
  FakeClock clock;
  engine::Random random{7};
  storage::Store store{{.in_memory = true}};
  engine::Documents documents{store};
  engine::Queues queues{store, clock, random};
  mapping::Timeline timeline{context, clock};
  mapping::Arrivals arrivals{timeline};
  engine::Caller caller;
  Services services = Present{.clock = clock,
                              .random = random,
                              .documents = documents,
                              .timeline = timeline,
                              .queues = &queues,
                              .arrivals = &arrivals}
                          .services();
};

TEST_F(SqsTest, CreatesAQueueOnceAndFindsIt) {
  const auto url = create("q", {{"VisibilityTimeout", "40"}});
  EXPECT_EQ(url, "http://127.0.0.1:8000/000000000000/q");
  EXPECT_EQ(create("q", {{"VisibilityTimeout", "40"}}), url);
  EXPECT_EQ(create("q"), url);
  EXPECT_EQ(refusal("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{"DelaySeconds", "1"}}}}),
            "QueueNameExists: A queue already exists with the same name and a different value for "
            "attribute DelaySeconds");
  EXPECT_EQ(call("GetQueueUrl", {{"QueueName", "q"}}), (Json{{"QueueUrl", url}}));
  EXPECT_EQ(refusal("GetQueueUrl", {{"QueueName", "none"}}),
            "QueueDoesNotExist: The specified queue does not exist.");
}

TEST_F(SqsTest, KnowsAQueueByItsNameWhateverTheUrlSaysBeside) {
  create("q");
  caller = {.region = "eu-west-1", .account = "123456789012"};
  EXPECT_EQ(create("q"), "http://127.0.0.1:8000/000000000000/q");
  for (const auto* url : {"https://sqs.eu-west-1.amazonaws.com/123456789012/q", "/0/q", "q"}) {
    call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "x"}});
  }
  EXPECT_THAT(receive_all("q"), SizeIs(3));
}

TEST_F(SqsTest, RefusesNamesThatAreNone) {
  const auto text =
      "InvalidParameterValueException: Can only include alphanumeric characters, hyphens, or "
      "underscores. 1 to 80 in length";
  EXPECT_EQ(refusal("CreateQueue", {{"QueueName", "a.b"}}), text);
  EXPECT_EQ(refusal("CreateQueue", {{"QueueName", "a.fifo"}}), text);
  EXPECT_EQ(refusal("CreateQueue", {{"QueueName", std::string(81, 'a')}}), text);
  EXPECT_THAT(refusal("CreateQueue", Json::object()), StartsWith("InvalidParameterValue"));
}

TEST_F(SqsTest, ChecksAttributes) {
  const auto refused = [&](const char* name, const char* value) {
    return refusal("CreateQueue", {{"QueueName", "q"}, {"Attributes", {{name, value}}}});
  };
  const std::map<std::string, std::pair<long long, long long>> bounds{
      {"DelaySeconds", {0, 900}},
      {"MaximumMessageSize", {1024, 1'048'576}},
      {"MessageRetentionPeriod", {60, 1'209'600}},
      {"ReceiveMessageWaitTimeSeconds", {0, 20}},
      {"VisibilityTimeout", {0, 43'200}},
  };
  for (const auto& [name, bound] : bounds) {
    const auto text = "InvalidAttributeValue: Invalid value for the parameter " + name + ".";
    for (const auto& value : {std::to_string(bound.first - 1), std::to_string(bound.second + 1),
                              std::string("x"), std::string(""), std::string("1 ")}) {
      EXPECT_EQ(refused(name.c_str(), value.c_str()), text) << value;
    }
  }
  EXPECT_EQ(refused("Colour", "red"), "InvalidAttributeName: Unknown Attribute Colour.");
  EXPECT_EQ(refused("QueueArn", "x"), "InvalidAttributeName: Unknown Attribute QueueArn.");
  EXPECT_EQ(refused("FifoQueue", "false"), "InvalidAttributeName: Unknown Attribute FifoQueue.");
  EXPECT_THAT(refused("FifoQueue", "true"),
              StartsWith("InvalidParameterValueException: The name of a FIFO queue"));
  EXPECT_THAT(refused("KmsMasterKeyId", "k"), StartsWith("UnsupportedOperation"));
  EXPECT_EQ(call("ListQueues", Json::object()), Json::object());
}

TEST_F(SqsTest, TellsAndSetsAttributes) {
  const auto url = create("q");
  call("SendMessage", {{"QueueUrl", url}, {"MessageBody", "x"}});
  EXPECT_EQ(attributes(url), Json::parse(R"({
      "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q",
      "ApproximateNumberOfMessages": "1",
      "ApproximateNumberOfMessagesNotVisible": "0",
      "ApproximateNumberOfMessagesDelayed": "0",
      "CreatedTimestamp": "1764085660", "LastModifiedTimestamp": "1764085660",
      "VisibilityTimeout": "30", "MaximumMessageSize": "1048576",
      "MessageRetentionPeriod": "345600", "DelaySeconds": "0",
      "ReceiveMessageWaitTimeSeconds": "0", "SqsManagedSseEnabled": "false"})"));
  advance(seconds(10));
  call("SetQueueAttributes",
       {{"QueueUrl", url}, {"Attributes", {{"DelaySeconds", "5"}, {"VisibilityTimeout", "0"}}}});
  EXPECT_EQ(call("GetQueueAttributes",
                 {{"QueueUrl", url}, {"AttributeNames", {"DelaySeconds", "LastModifiedTimestamp"}}})
                .value("Attributes", Json()),
            Json::parse(R"({"DelaySeconds": "5", "LastModifiedTimestamp": "1764085670"})"));
  EXPECT_EQ(call("GetQueueAttributes", {{"QueueUrl", url}}), Json::object());
  EXPECT_EQ(refusal("GetQueueAttributes", {{"QueueUrl", url}, {"AttributeNames", {"Colour"}}}),
            "InvalidAttributeName: Unknown Attribute Colour.");
}

TEST_F(SqsTest, ListsQueuesPageByPage) {
  for (const auto* name : {"a", "ba", "bb", "bc"}) create(name);
  const auto url = [](const std::string& name) {
    return "http://127.0.0.1:8000/000000000000/" + name;
  };
  EXPECT_THAT(call("ListQueues", Json::object())["QueueUrls"], SizeIs(4));
  const auto page = call("ListQueues", {{"QueueNamePrefix", "b"}, {"MaxResults", 2}});
  EXPECT_EQ(page["QueueUrls"], (Json{url("ba"), url("bb")}));
  const auto rest =
      call("ListQueues",
           {{"QueueNamePrefix", "b"}, {"MaxResults", 2}, {"NextToken", page["NextToken"]}});
  EXPECT_EQ(rest, (Json{{"QueueUrls", Json::array({url("bc")})}}));
  EXPECT_THAT(refusal("ListQueues", {{"MaxResults", 0}}), StartsWith("InvalidParameterValue"));
}

// The checksums are those AWS gave for these values.
TEST_F(SqsTest, SendsAndReceivesWithChecksums) {
  const auto url = create("q");
  const auto sent = call("SendMessage", Json::parse(R"({"QueueUrl": "q", "MessageBody": "msg",
      "MessageAttributes": {
          "General": {"DataType": "String", "StringValue": "Kenobi"},
          "Hello": {"DataType": "String", "StringValue": "There"},
          "Help.Me": {"DataType": "String", "StringValue": "Me"}}})"));
  EXPECT_EQ(sent["MD5OfMessageBody"], "6e2baaf3b97dbeef01c0043275f9a0e7");
  EXPECT_EQ(sent["MD5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5");

  const auto received = [&](Json names) {
    auto message = call("ReceiveMessage", {{"QueueUrl", url},
                                           {"VisibilityTimeout", 0},
                                           {"MessageAttributeNames", std::move(names)}})
                       .at("Messages")
                       .at(0);
    EXPECT_EQ(message["MessageId"], sent["MessageId"]);
    EXPECT_EQ(message["MD5OfBody"], "6e2baaf3b97dbeef01c0043275f9a0e7");
    return message;
  };
  EXPECT_FALSE(received(Json::array()).contains("MessageAttributes"));
  EXPECT_FALSE(received({"Foo"}).contains("MD5OfMessageAttributes"));
  EXPECT_EQ(received({"All"})["MD5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5");
  EXPECT_EQ(received({".*"})["MD5OfMessageAttributes"], "4c360f3fdafd970e05fae2f149d997f5");
  EXPECT_EQ(received({"General", "Hello"})["MD5OfMessageAttributes"],
            "fca026605781cb4126a1e9044df24232");
  const auto some = received({"Hel.*"});
  EXPECT_EQ(some["MD5OfMessageAttributes"], "83fee93c1bcd8b9a5a923ffacdc636c7");
  EXPECT_EQ(some["MessageAttributes"],
            Json::parse(R"({"Hello": {"DataType": "String", "StringValue": "There"},
                            "Help.Me": {"DataType": "String", "StringValue": "Me"}})"));
}

TEST_F(SqsTest, ReceivesBytesAsTheyWereSent) {
  create("q");
  const auto sent = call("SendMessage", Json::parse(R"({"QueueUrl": "q", "MessageBody": "test",
      "MessageAttributes": {"attr1": {"DataType": "Binary",
          "BinaryValue": "dHJhY2VwYXJlbnQeMDAtNzc0MDYyZDZjMzcwODFhNWEwYjliNWI4OGUzMDYyN2MtMmQyNDgyMjExZjY0ODlkYS0wMQ=="}}})"));
  EXPECT_EQ(sent["MD5OfMessageAttributes"], "8cbe4db156db8a94db8b801b7addb984");
  const auto message =
      call("ReceiveMessage", {{"QueueUrl", "q"}, {"MessageAttributeNames", {"All"}}})
          .at("Messages")
          .at(0);
  EXPECT_EQ(message["MessageAttributes"]["attr1"]["BinaryValue"],
            "dHJhY2VwYXJlbnQeMDAtNzc0MDYyZDZjMzcwODFhNWEwYjliNWI4OGUzMDYyN2MtMmQyNDgyMjExZjY0ODlk"
            "YS0wMQ==");
}

TEST_F(SqsTest, TellsSystemAttributesThatAreAskedFor) {
  create("q");
  caller.account = "123456789012";
  const auto sent = call("SendMessage", Json::parse(R"({"QueueUrl": "q", "MessageBody": "a",
      "MessageSystemAttributes":
          {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}}})"));
  EXPECT_TRUE(sent.contains("MD5OfMessageSystemAttributes"));
  advance(seconds(1));
  const auto received = [&](const char* member, Json names) {
    return call("ReceiveMessage",
                {{"QueueUrl", "q"}, {"VisibilityTimeout", 0}, {member, std::move(names)}})
        .at("Messages")
        .at(0)
        .value("Attributes", Json());
  };
  EXPECT_EQ(received("AttributeNames", {"All"}), Json::parse(R"({
      "SenderId": "123456789012", "SentTimestamp": "1764085660123",
      "ApproximateFirstReceiveTimestamp": "1764085661123", "ApproximateReceiveCount": "1",
      "AWSTraceHeader": "Root=1"})"));
  EXPECT_EQ(received("MessageSystemAttributeNames", {"ApproximateReceiveCount"}),
            Json::parse(R"({"ApproximateReceiveCount": "2"})"));
}

TEST_F(SqsTest, RefusesMessages) {
  create("q", {{"MaximumMessageSize", "1024"}});
  const auto refused = [&](Json input) {
    input["QueueUrl"] = "q";
    return refusal("SendMessage", std::move(input));
  };
  EXPECT_EQ(refused({{"MessageBody", ""}}),
            "MissingRequiredParameterException: The request must contain the parameter "
            "MessageBody.");
  EXPECT_EQ(refused({{"MessageBody", std::string(1025, 'a')}}),
            "InvalidParameterValueException: One or more parameters are invalid. Reason: Message "
            "must be shorter than 1024 bytes.");
  for (const auto* body : {"\x01", "a\xef\xbf\xbf"}) {
    EXPECT_EQ(refused({{"MessageBody", body}}),
              "InvalidMessageContents: Invalid characters found. Valid unicode characters are #x9 "
              "| #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
  }
  EXPECT_EQ(refused({{"MessageBody", "a"}, {"DelaySeconds", 901}}),
            "InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. "
            "Reason: DelaySeconds must be >= 0 and <= 900.");
  EXPECT_THAT(refused({{"MessageBody", "a"}, {"DelaySeconds", "1"}}),
              StartsWith("SerializationException"));
  EXPECT_THAT(refused({{"MessageBody", "a"}, {"MessageDeduplicationId", "d"}}),
              StartsWith("InvalidParameterValueException: Value d for parameter"));
  EXPECT_THAT(refused({{"MessageBody", "a"}, {"MessageGroupId", "g"}}),
              StartsWith("UnsupportedOperation: MessageGroupId"));
  EXPECT_EQ(refusal("SendMessage", {{"MessageBody", "a"}}),
            "QueueDoesNotExist: The specified queue does not exist.");
}

TEST_F(SqsTest, RefusesMessageAttributes) {
  create("q");
  const auto refused = [&](const std::string& name, Json value) {
    return refusal("SendMessage", {{"QueueUrl", "q"},
                                   {"MessageBody", "a"},
                                   {"MessageAttributes", {{name, std::move(value)}}}});
  };
  const Json fine{{"DataType", "String"}, {"StringValue", "v"}};
  EXPECT_EQ(refused("a", fine), "");
  EXPECT_EQ(refused("a.b-c_1", {{"DataType", "Number.int"}, {"StringValue", "-1.5e3"}}), "");
  for (const auto* name : {"AWS.a", "amazon.a", ".a", "a.", "a b", ""}) {
    EXPECT_THAT(refused(name, fine), StartsWith("InvalidParameterValueException")) << name;
  }
  EXPECT_THAT(refused("a", {{"DataType", "Text"}, {"StringValue", "v"}}),
              StartsWith("InvalidParameterValueException: The type of message (user) attribute"));
  EXPECT_THAT(refused("a", {{"DataType", "Number"}, {"StringValue", "v"}}),
              StartsWith("InvalidParameterValueException: Can't cast"));
  EXPECT_EQ(refused("a", {{"DataType", "String"}, {"StringValue", ""}}),
            "InvalidParameterValueException: Message (user) attribute 'a' must contain a non-empty "
            "value of type 'String'.");
  EXPECT_THAT(refused("a", {{"DataType", "String"}, {"StringListValues", {"v"}}}),
              StartsWith("UnsupportedOperation: Message attribute list values"));
}

TEST_F(SqsTest, AnswersABatchEntryByEntry) {
  create("q");
  const auto output = call("SendMessageBatch", Json::parse(R"({"QueueUrl": "q", "Entries": [
      {"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "\u0001"},
      {"Id": "3", "MessageBody": "c", "DelaySeconds": 5}]})"));
  ASSERT_THAT(output["Successful"], SizeIs(2));
  EXPECT_EQ(output["Successful"][0]["Id"], "1");
  EXPECT_EQ(output["Successful"][0]["MD5OfMessageBody"], mapping::md5("a"));
  ASSERT_THAT(output["Failed"], SizeIs(1));
  EXPECT_EQ(output["Failed"][0]["Id"], "2");
  EXPECT_EQ(output["Failed"][0]["Code"], "InvalidMessageContents");
  EXPECT_EQ(output["Failed"][0]["SenderFault"], true);

  const auto message = receive_all("q").at(0);
  const auto handle = message["ReceiptHandle"].get<std::string>();
  EXPECT_EQ(message["MessageId"], output["Successful"][0]["MessageId"]);
  const Json changes{{{"Id", "1"}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 60}},
                     {{"Id", "2"}, {"ReceiptHandle", handle}, {"VisibilityTimeout", 43'201}},
                     {{"Id", "3"}, {"ReceiptHandle", "x"}, {"VisibilityTimeout", 1}}};
  const auto changed =
      call("ChangeMessageVisibilityBatch", {{"QueueUrl", "q"}, {"Entries", changes}});
  EXPECT_EQ(changed["Successful"], Json::parse(R"([{"Id": "1"}])"));
  EXPECT_EQ(changed["Failed"][0]["Code"], "InvalidParameterValue");
  EXPECT_EQ(changed["Failed"][1]["Code"], "ReceiptHandleIsInvalid");

  const Json removals{{{"Id", "1"}, {"ReceiptHandle", handle}},
                      {{"Id", "2"}, {"ReceiptHandle", "x"}}};
  const auto removed = call("DeleteMessageBatch", {{"QueueUrl", "q"}, {"Entries", removals}});
  EXPECT_EQ(removed["Successful"], Json::parse(R"([{"Id": "1"}])"));
  EXPECT_EQ(removed["Failed"][0]["Message"],
            "The input receipt handle \"x\" is not a valid receipt handle.");
  advance(seconds(100));
  EXPECT_THAT(receive_all("q"), SizeIs(1));
}

TEST_F(SqsTest, RefusesBatchesAsAWhole) {
  create("q");
  const auto refused = [&](Json entries) {
    return refusal("SendMessageBatch", {{"QueueUrl", "q"}, {"Entries", std::move(entries)}});
  };
  const auto entry = [](const std::string& id, const std::string& body = "a") {
    return Json{{"Id", id}, {"MessageBody", body}};
  };
  EXPECT_EQ(refused(Json::array()),
            "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the "
            "request.");
  Json eleven = Json::array();
  for (int i = 0; i < 11; ++i) eleven.push_back(entry(std::to_string(i)));
  EXPECT_EQ(refused(eleven),
            "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have "
            "sent 11.");
  EXPECT_EQ(refused({entry("a"), entry("a")}), "BatchEntryIdsNotDistinct: Id a repeated.");
  for (const auto& id : {std::string(), std::string("a:b"), std::string(81, 'a')}) {
    EXPECT_EQ(refused(Json::array({entry(id)})),
              "InvalidBatchEntryId: A batch entry id can only contain alphanumeric characters, "
              "hyphens and underscores. It can be at most 80 letters long.");
  }
  EXPECT_EQ(refused({entry("a", std::string(1'048'576, 'x')), entry("b", "y")}),
            "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. You have "
            "sent 1048577 bytes.");
  EXPECT_THAT(receive_all("q"), SizeIs(0));
}

TEST_F(SqsTest, RefusesReceives) {
  create("q");
  const auto refused = [&](const char* name, Json value) {
    return refusal("ReceiveMessage", {{"QueueUrl", "q"}, {name, std::move(value)}});
  };
  EXPECT_EQ(refused("MaxNumberOfMessages", 11),
            "InvalidParameterValueException: Value 11 for parameter MaxNumberOfMessages is "
            "invalid. Reason: Must be between 1 and 10, if provided.");
  EXPECT_EQ(refused("WaitTimeSeconds", 21),
            "InvalidParameterValueException: Value 21 for parameter WaitTimeSeconds is invalid. "
            "Reason: Must be >= 0 and <= 20, if provided.");
  EXPECT_EQ(refused("VisibilityTimeout", 43'201),
            "InvalidParameterValueException: Value 43201 for parameter VisibilityTimeout is "
            "invalid. Reason: Must be >= 0 and <= 43200, if provided.");
  EXPECT_THAT(refused("ReceiveRequestAttemptId", "a"),
              StartsWith("InvalidParameterValueException"));
}

TEST_F(SqsTest, ALongPollEndsWithTheFirstMessage) {
  create("q");
  const auto poll = start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}});
  EXPECT_FALSE(poll->output);
  EXPECT_EQ(arrivals.waiting(), 1u);
  advance(seconds(10));
  EXPECT_FALSE(poll->output);
  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "a"}});
  settle();
  ASSERT_TRUE(poll->output);
  EXPECT_EQ(poll->output->at("Messages").at(0)["Body"], "a");
  EXPECT_EQ(arrivals.waiting(), 0u);
}

TEST_F(SqsTest, ALongPollEndsEmptyAtItsTime) {
  create("q", {{"ReceiveMessageWaitTimeSeconds", "1"}});
  const auto poll = start("ReceiveMessage", {{"QueueUrl", "q"}});
  // The client waits in the machine's time: neither a journey nor a clock that stands still
  // matters.
  advance(std::chrono::hours(1));
  EXPECT_FALSE(poll->output);
  context.restart();
  while (!poll->output) context.run_one();
  EXPECT_EQ(poll->output, Json::object());
  EXPECT_EQ(start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 0}})->output,
            Json::object());
}

TEST_F(SqsTest, ALongPollSeesWhatBecomesVisible) {
  create("q");
  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "a"}, {"DelaySeconds", 3}});
  const auto first = start("ReceiveMessage",
                           {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}, {"VisibilityTimeout", 7}});
  advance(seconds(3));
  ASSERT_TRUE(first->output);
  const auto second = start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}});
  advance(seconds(6));
  EXPECT_FALSE(second->output);
  advance(seconds(1));
  ASSERT_TRUE(second->output);
  EXPECT_THAT(second->output->at("Messages"), SizeIs(1));
}

TEST_F(SqsTest, OneMessageEndsOneOfTwoLongPolls) {
  create("q");
  const auto first = start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}});
  const auto second = start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}});
  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "a"}});
  settle();
  EXPECT_NE(first->output.has_value(), second->output.has_value());
  arrivals.stop();
  settle();
  EXPECT_TRUE(first->output && second->output);
}

TEST_F(SqsTest, ALongPollEndsWithItsQueue) {
  create("q");
  const auto poll = start("ReceiveMessage", {{"QueueUrl", "q"}, {"WaitTimeSeconds", 20}});
  call("DeleteQueue", {{"QueueUrl", "q"}});
  settle();
  EXPECT_THAT(poll->error, StartsWith("QueueDoesNotExist"));
}

TEST_F(SqsTest, GivesUpToADeadLetterQueue) {
  create("letters");
  const auto arn = attributes("letters")["QueueArn"].get<std::string>();
  const auto policy = "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":1}";
  const auto spaced = "{\"maxReceiveCount\": \"1\", \"deadLetterTargetArn\": \"" + arn + "\"}";
  create("q", {{"RedrivePolicy", spaced}});
  create("q", {{"RedrivePolicy", policy}});
  EXPECT_EQ(attributes("q")["RedrivePolicy"], policy);
  EXPECT_EQ(call("ListDeadLetterSourceQueues", {{"QueueUrl", "letters"}}),
            Json::parse(R"({"queueUrls": ["http://127.0.0.1:8000/000000000000/q"]})"));

  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "poison"}});
  EXPECT_THAT(receive_all("q"), SizeIs(1));
  advance(seconds(29));
  const auto poll = start("ReceiveMessage", {{"QueueUrl", "letters"},
                                             {"WaitTimeSeconds", 20},
                                             {"AttributeNames", {"DeadLetterQueueSourceArn"}}});
  advance(seconds(1));
  EXPECT_THAT(receive_all("q"), SizeIs(0));
  settle();
  ASSERT_TRUE(poll->output);
  const auto message = poll->output->at("Messages").at(0);
  EXPECT_EQ(message["Body"], "poison");
  EXPECT_EQ(message["Attributes"]["DeadLetterQueueSourceArn"], attributes("q")["QueueArn"]);
}

TEST_F(SqsTest, RefusesRedrivePolicies) {
  create("q");
  const auto refused = [&](const std::string& policy) {
    auto text = refusal("SetQueueAttributes",
                        {{"QueueUrl", "q"}, {"Attributes", {{"RedrivePolicy", policy}}}});
    const auto start = "InvalidParameterValueException: Value " + policy +
                       " for parameter RedrivePolicy is invalid. Reason: ";
    return text.starts_with(start) ? text.substr(start.size()) : text;
  };
  const std::string target = "\"deadLetterTargetArn\": \"arn:aws:sqs:us-east-1:0:q\"";
  EXPECT_EQ(refused("x"), "Redrive policy is not a valid JSON map.");
  EXPECT_EQ(refused("{" + target + "}"),
            "Redrive policy does not contain mandatory attribute: maxReceiveCount.");
  EXPECT_EQ(refused("{\"deadLetterTargetArn\": \"dummy\", \"maxReceiveCount\": 42}"),
            "Invalid value for deadLetterTargetArn.");
  EXPECT_EQ(refused("{" + target + ", \"maxReceiveCount\": 1001}"),
            "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both "
            "inclusive.");
  EXPECT_EQ(
      refused("{\"deadLetterTargetArn\": \"arn:aws:sqs:us-east-1:0:n\", \"maxReceiveCount\": 1}"),
      "Dead letter target does not exist.");
  EXPECT_EQ(refused("{" + target + ", \"maxReceiveCount\": 1}"), "");
  EXPECT_EQ(refused(""), "");
  EXPECT_FALSE(attributes("q").contains("RedrivePolicy"));
}

TEST_F(SqsTest, KeepsTags) {
  call("CreateQueue", {{"QueueName", "q"}, {"tags", {{"a", "1"}}}});
  call("TagQueue", {{"QueueUrl", "q"}, {"Tags", {{"b", "2"}, {"a", "3"}}}});
  EXPECT_EQ(call("ListQueueTags", {{"QueueUrl", "q"}}),
            Json::parse(R"({"Tags": {"a": "3", "b": "2"}})"));
  call("UntagQueue", {{"QueueUrl", "q"}, {"TagKeys", {"a", "b", "c"}}});
  EXPECT_EQ(call("ListQueueTags", {{"QueueUrl", "q"}}), Json::object());
}

TEST_F(SqsTest, RemovesMessagesAndQueues) {
  create("q");
  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "a"}});
  const auto handle = receive_all("q").at(0)["ReceiptHandle"];
  EXPECT_EQ(refusal("DeleteMessage", {{"QueueUrl", "q"}, {"ReceiptHandle", "x"}}),
            "ReceiptHandleIsInvalid: The input receipt handle \"x\" is not a valid receipt "
            "handle.");
  EXPECT_EQ(call("DeleteMessage", {{"QueueUrl", "q"}, {"ReceiptHandle", handle}}), Json::object());
  call("SendMessage", {{"QueueUrl", "q"}, {"MessageBody", "a"}});
  call("PurgeQueue", {{"QueueUrl", "q"}});
  EXPECT_THAT(receive_all("q"), SizeIs(0));
  call("DeleteQueue", {{"QueueUrl", "q"}});
  EXPECT_THAT(refusal("PurgeQueue", {{"QueueUrl", "q"}}), StartsWith("QueueDoesNotExist"));
}

TEST(SqsErrorsTest, HaveANameInEachProtocol) {
  EXPECT_EQ(sqs::query_code("QueueDoesNotExist"), "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(sqs::query_code("InvalidParameterValueException"), "InvalidParameterValue");
  EXPECT_EQ(sqs::query_code("Another"), "Another");
  EXPECT_EQ(sqs::json_type("QueueDoesNotExist"), "com.amazonaws.sqs#QueueDoesNotExist");
  EXPECT_EQ(sqs::json_type("InvalidParameterValueException"),
            "com.amazon.coral.service#InvalidParameterValueException");
}

}  // namespace
}  // namespace api
