// SNS operations: what they answer, and in which words they refuse.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/operations.h"
#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "engine/random.h"
#include "engine/topic/topics.h"
#include "mapping/timeline.h"
#include "tests/api/present.h"
#include "tests/mapping/fake_clock.h"

namespace api {
namespace {

using Json = nlohmann::json;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr auto unsupported = " is not supported by this version of Dynamill";

class SnsTest : public ::testing::Test {
 protected:
  Json call(std::string_view name, const Json& input) {
    for (const auto& operation : sns_operations()) {
      if (operation.name == name) {
        return operation.run(services, {.input = input, .caller = caller, .host = "h"});
      }
    }
    ADD_FAILURE() << "no operation " << name;
    return Json();
  }
  std::string refusal(std::string_view name, const Json& input) {
    try {
      call(name, input);
    } catch (const engine::ApiError& error) {
      return error.code + ": " + error.message;
    }
    return "no refusal";
  }
  std::string create(const std::string& name) {
    return call("CreateTopic", {{"Name", name}}).at("TopicArn");
  }
  std::string subscribe(const std::string& topic, const Json& attributes = Json::object()) {
    queues.create("q", caller, {});
    return call("Subscribe", {{"TopicArn", topic},
                              {"Protocol", "sqs"},
                              {"Endpoint", queue_arn},
                              {"Attributes", attributes}})
        .at("SubscriptionArn");
  }

  const std::string queue_arn = "arn:aws:sqs:us-east-1:000000000000:q";
  const std::string nowhere = "arn:aws:sns:us-east-1:000000000000:none";
  boost::asio::io_context context;
  FakeClock clock;
  engine::Random random{7};
  storage::Store store{{.in_memory = true}};
  engine::Documents documents{store};
  engine::Queues queues{store, clock, random};
  engine::Topics topics{documents, queues, clock, random};
  mapping::Timeline timeline{context, clock};
  engine::Caller caller;
  Services services = Present{.clock = clock,
                              .random = random,
                              .documents = documents,
                              .timeline = timeline,
                              .queues = &queues,
                              .topics = &topics}
                          .services();
};

TEST_F(SnsTest, ATopicIsCreatedOnce) {
  const auto arn = create("t");
  EXPECT_EQ(arn, "arn:aws:sns:us-east-1:000000000000:t");
  EXPECT_EQ(create("t"), arn);
  EXPECT_EQ(refusal("CreateTopic", {{"Name", "t"}, {"Attributes", {{"DisplayName", "x"}}}}),
            "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with "
            "different attributes");
  EXPECT_EQ(refusal("CreateTopic", {{"Name", "t"}, {"Tags", {{"a", "b"}}}}),
            "InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different "
            "tags");
}

TEST_F(SnsTest, NamesOfTopics) {
  create(std::string(256, 'a'));
  create("A-b_1");
  for (const auto& name :
       {std::string(257, 'a'), std::string(), std::string("a b"), std::string("a.fifo")}) {
    EXPECT_EQ(refusal("CreateTopic", {{"Name", name}}),
              "InvalidParameter: Invalid parameter: Topic Name");
  }
  EXPECT_EQ(refusal("CreateTopic", Json::object()),
            "ValidationError: 1 validation error detected: Value null at 'name' failed to satisfy "
            "constraint: Member must not be null");
  EXPECT_EQ(
      refusal("CreateTopic", {{"Name", "a.fifo"}, {"Attributes", {{"FifoTopic", "true"}}}}),
      std::string("InvalidParameter: Invalid parameter: The attribute FifoTopic") + unsupported);
}

TEST_F(SnsTest, AttributesOfTopics) {
  const auto arn = create("t");
  subscribe(arn);
  call("SetTopicAttributes",
       {{"TopicArn", arn}, {"AttributeName", "DisplayName"}, {"AttributeValue", "shown"}});
  EXPECT_EQ(call("GetTopicAttributes", {{"TopicArn", arn}}).at("Attributes"),
            (Json{{"TopicArn", arn},
                  {"Owner", "000000000000"},
                  {"DisplayName", "shown"},
                  {"SubscriptionsConfirmed", "1"},
                  {"SubscriptionsPending", "0"},
                  {"SubscriptionsDeleted", "0"}}));
  const auto set = [&](const char* name, const std::string& value) {
    return refusal("SetTopicAttributes",
                   {{"TopicArn", arn}, {"AttributeName", name}, {"AttributeValue", value}});
  };
  EXPECT_EQ(set("DisplayName", std::string(100, 'x')), "no refusal");
  EXPECT_EQ(set("DisplayName", std::string(101, 'x')),
            "InvalidParameter: Invalid parameter: DisplayName");
  EXPECT_EQ(set("Nothing", ""), "InvalidParameter: Invalid parameter: AttributeName");
  EXPECT_EQ(set("KmsMasterKeyId", "k"),
            std::string("InvalidParameter: Invalid parameter: The attribute KmsMasterKeyId") +
                unsupported);
  EXPECT_EQ(refusal("GetTopicAttributes", {{"TopicArn", nowhere}}),
            "NotFound: Topic does not exist");
  EXPECT_EQ(refusal("GetTopicAttributes", {{"TopicArn", "t"}}),
            "InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 "
            "elements, not 1");
}

TEST_F(SnsTest, SubscribesQueuesAndNothingElse) {
  const auto arn = create("t");
  const auto subscription = subscribe(arn);
  EXPECT_THAT(subscription, StartsWith(arn + ":"));
  EXPECT_EQ(subscribe(arn), subscription);
  const auto with = [&](const Json& change) {
    Json input{{"TopicArn", arn}, {"Protocol", "sqs"}, {"Endpoint", queue_arn}};
    input.update(change);
    return refusal("Subscribe", input);
  };
  EXPECT_EQ(with({{"Attributes", {{"RawMessageDelivery", "true"}}}}),
            "InvalidParameter: Invalid parameter: Attributes Reason: Subscription already exists "
            "with different attributes");
  EXPECT_EQ(
      with({{"Attributes", {{"FilterPolicy", "{}"}}}}),
      std::string("InvalidParameter: Invalid parameter: The attribute FilterPolicy") + unsupported);
  EXPECT_EQ(with({{"Protocol", "lambda"}}),
            std::string("InvalidParameter: Invalid parameter: The protocol lambda") + unsupported);
  EXPECT_EQ(with({{"Protocol", "pigeon"}}),
            "InvalidParameter: Invalid parameter: Amazon SNS does not support this protocol "
            "string: pigeon");
  EXPECT_EQ(with({{"Endpoint", "http://q"}}),
            "InvalidParameter: Invalid parameter: SQS endpoint ARN");
  EXPECT_EQ(with({{"Endpoint", queue_arn + ".fifo"}}),
            "InvalidParameter: Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS "
            "Queues can not be subscribed to standard SNS topics");
  EXPECT_EQ(with({{"TopicArn", nowhere}}), "NotFound: Topic does not exist");
}

TEST_F(SnsTest, AttributesOfSubscriptions) {
  const auto arn = create("t");
  const auto subscription = subscribe(arn);
  const Json input{{"SubscriptionArn", subscription}};
  EXPECT_EQ(call("GetSubscriptionAttributes", input).at("Attributes"),
            (Json{{"SubscriptionArn", subscription},
                  {"TopicArn", arn},
                  {"Owner", "000000000000"},
                  {"Protocol", "sqs"},
                  {"Endpoint", queue_arn},
                  {"RawMessageDelivery", "false"},
                  {"PendingConfirmation", "false"},
                  {"ConfirmationWasAuthenticated", "true"}}));
  Json setting = input;
  setting.update({{"AttributeName", "RawMessageDelivery"}, {"AttributeValue", "true"}});
  call("SetSubscriptionAttributes", setting);
  EXPECT_EQ(call("GetSubscriptionAttributes", input)["Attributes"]["RawMessageDelivery"], "true");
  setting["AttributeValue"] = "yes";
  EXPECT_THAT(refusal("SetSubscriptionAttributes", setting), StartsWith("InvalidParameter: "));

  call("Unsubscribe", input);
  call("Unsubscribe", input);
  EXPECT_EQ(refusal("GetSubscriptionAttributes", input), "NotFound: Subscription does not exist");
}

TEST_F(SnsTest, ListsComeInPagesOfAHundred) {
  for (int i = 0; i < 101; ++i) {
    const auto arn = create("t" + std::to_string(1000 + i));
    subscribe(arn);
  }
  for (const auto* what : {"Topics", "Subscriptions"}) {
    const auto operation = std::string("List") + what;
    const auto first = call(operation, Json::object());
    EXPECT_THAT(first.at(what), SizeIs(100));
    const auto second = call(operation, {{"NextToken", first.at("NextToken")}});
    EXPECT_THAT(second.at(what), SizeIs(1));
    EXPECT_FALSE(second.contains("NextToken"));
    EXPECT_EQ(refusal(operation, {{"NextToken", "?"}}),
              "InvalidParameter: Invalid parameter: NextToken");
  }
  const auto arn = create("t1005");
  EXPECT_THAT(call("ListSubscriptionsByTopic", {{"TopicArn", arn}}).at("Subscriptions"), SizeIs(1));
  EXPECT_EQ(refusal("ListSubscriptionsByTopic", {{"TopicArn", nowhere}}),
            "NotFound: Topic does not exist");
}

TEST_F(SnsTest, PublishesToQueues) {
  const auto arn = create("t");
  subscribe(arn, {{"RawMessageDelivery", "true"}});
  const std::string id = call("Publish", {{"TopicArn", arn}, {"Message", "m"}}).at("MessageId");
  EXPECT_THAT(id, SizeIs(36));
  call("Publish", {{"TargetArn", arn},
                   {"MessageStructure", "json"},
                   {"Message", R"({"default": "d", "sqs": "for queues", "email": "e"})"}});
  call("Publish",
       {{"TopicArn", arn}, {"MessageStructure", "json"}, {"Message", R"({"default": "d"})"}});
  std::vector<std::string> bodies;
  for (const auto& message : queues.receive("q", 10)) bodies.push_back(message.body);
  EXPECT_THAT(bodies, ::testing::ElementsAre("m", "for queues", "d"));
}

TEST_F(SnsTest, WhatCannotBePublished) {
  const auto arn = create("t");
  const auto with = [&](const Json& change) {
    Json input{{"TopicArn", arn}, {"Message", "m"}};
    input.update(change);
    return refusal("Publish", input);
  };
  const std::string invalid = "InvalidParameter: Invalid parameter: ";
  EXPECT_EQ(with({{"Message", ""}}), invalid + "Empty message");
  EXPECT_EQ(with({{"Message", std::string(262'144, 'x')}}), "no refusal");
  EXPECT_EQ(with({{"Message", std::string(262'145, 'x')}}), invalid + "Message too long");
  EXPECT_EQ(with({{"Subject", std::string(100, 's')}}), "no refusal");
  for (const auto& subject : {std::string(101, 's'), std::string("a\nb"), std::string("\xC3\xA9"),
                              std::string(" a"), std::string()}) {
    EXPECT_EQ(with({{"Subject", subject}}), invalid + "Subject");
  }
  EXPECT_EQ(with({{"MessageStructure", "json"}}),
            invalid + "Message Structure - JSON message body failed to parse");
  EXPECT_EQ(with({{"MessageStructure", "json"}, {"Message", "{}"}}),
            invalid + "Message Structure - No default entry in JSON message body");
  EXPECT_EQ(with({{"MessageStructure", "xml"}}), invalid + "MessageStructure");
  EXPECT_EQ(with({{"TopicArn", nowhere}}), "NotFound: Topic does not exist");
  EXPECT_EQ(with({{"MessageGroupId", "g"}}),
            invalid + "MessageGroupId on a standard topic" + unsupported);
  EXPECT_THAT(with({{"MessageDeduplicationId", "d"}}),
              StartsWith(invalid + "MessageDeduplicationId Reason: "));
  EXPECT_EQ(with({{"PhoneNumber", "+1"}}), invalid + "PhoneNumber" + unsupported);
  EXPECT_EQ(refusal("Publish", {{"Message", "m"}}),
            invalid + "TopicArn or TargetArn Reason: no value for required parameter");
  EXPECT_EQ(with({{"MessageAttributes", {{"a", {{"DataType", "Text"}, {"StringValue", "x"}}}}}}),
            "ParameterValueInvalid: The message attribute 'a' has an invalid message attribute "
            "type, the set of supported type prefixes is Binary, Number, and String.");
  EXPECT_EQ(with({{"MessageAttributes", {{"a", {{"DataType", "Number"}, {"StringValue", "x"}}}}}}),
            "ParameterValueInvalid: Could not cast message attribute 'a' value to number.");
  EXPECT_EQ(with({{"MessageAttributes", {{"a", {{"DataType", "String"}}}}}}),
            "ParameterValueInvalid: The message attribute 'a' must contain non-empty message "
            "attribute value for message attribute type 'String'.");
}

TEST_F(SnsTest, EachEntryOfABatchIsAnsweredByItself) {
  const auto arn = create("t");
  subscribe(arn, {{"RawMessageDelivery", "true"}});
  const auto batch = [&](const Json& entries) -> Json {
    return {{"TopicArn", arn}, {"PublishBatchRequestEntries", entries}};
  };
  const auto output = call("PublishBatch", batch({{{"Id", "a"}, {"Message", "1"}},
                                                  {{"Id", "b"}, {"Message", ""}},
                                                  {{"Id", "c"}, {"Message", "2"}}}));
  EXPECT_THAT(output.at("Successful"), SizeIs(2));
  EXPECT_EQ(output.at("Failed"), Json::parse(R"([{"Id": "b", "Code": "InvalidParameter",
      "Message": "Invalid parameter: Empty message", "SenderFault": true}])"));
  EXPECT_THAT(queues.receive("q", 10), SizeIs(2));

  const auto code = [&](const Json& entries) {
    const auto words = refusal("PublishBatch", batch(entries));
    return words.substr(0, words.find(':'));
  };
  Json ten = Json::array();
  for (int i = 0; i < 10; ++i) ten.push_back({{"Id", std::to_string(i)}, {"Message", "m"}});
  EXPECT_EQ(code(ten), "no refusal");
  ten.push_back({{"Id", "x"}, {"Message", "m"}});
  EXPECT_EQ(code(ten), "TooManyEntriesInBatchRequest");
  EXPECT_EQ(code(Json::array()), "EmptyBatchRequest");
  EXPECT_EQ(code({{{"Id", "a"}, {"Message", "1"}}, {{"Id", "a"}, {"Message", "2"}}}),
            "BatchEntryIdsNotDistinct");
  EXPECT_EQ(code({{{"Id", "a b"}, {"Message", "1"}}}), "InvalidBatchEntryId");
  EXPECT_EQ(code({{{"Id", "a"}, {"Message", std::string(262'143, 'x')}},
                  {{"Id", "b"}, {"Message", "xx"}}}),
            "BatchRequestTooLong");
}

TEST_F(SnsTest, Tags) {
  const auto arn = create("t");
  call("TagResource", {{"ResourceArn", arn}, {"Tags", {{"a", "1"}, {"b", "2"}}}});
  call("UntagResource", {{"ResourceArn", arn}, {"TagKeys", {"a"}}});
  EXPECT_EQ(call("ListTagsForResource", {{"ResourceArn", arn}}).at("Tags"),
            Json::parse(R"([{"Key": "b", "Value": "2"}])"));
  Json many = Json::object();
  for (int i = 0; i < 49; ++i) many[std::to_string(i)] = "";
  EXPECT_EQ(refusal("TagResource", {{"ResourceArn", arn}, {"Tags", many}}), "no refusal");
  EXPECT_THAT(refusal("TagResource", {{"ResourceArn", arn}, {"Tags", {{"one more", ""}}}}),
              StartsWith("TagLimitExceeded: "));
  EXPECT_EQ(refusal("ListTagsForResource", {{"ResourceArn", nowhere}}),
            "ResourceNotFound: Resource does not exist");
}

TEST_F(SnsTest, DeletingTwiceIsFine) {
  const auto arn = create("t");
  call("DeleteTopic", {{"TopicArn", arn}});
  call("DeleteTopic", {{"TopicArn", arn}});
  EXPECT_TRUE(call("ListTopics", Json::object()).at("Topics").empty());
}

}  // namespace
}  // namespace api
