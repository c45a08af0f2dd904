// Topics, who subscribed to them, and what their queues get.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/api_error.h"
#include "engine/queue/queues.h"
#include "engine/topic/topics.h"
#include "tests/engine/fixture.h"

namespace engine {
namespace {

using testing::ElementsAre;

struct World {
  explicit World(const storage::StoreOptions& options = {.in_memory = true}) : store(options) {}

  std::string make_queue(const std::string& name) {
    return queues.create(name, Caller{}, {}).queue.arn;
  }
  std::vector<Message> received(const std::string& queue) { return queues.receive(queue, 10); }
  std::vector<std::string> bodies(const std::string& queue) {
    std::vector<std::string> found;
    for (const auto& message : received(queue)) found.push_back(message.body);
    return found;
  }
  std::string publish(const std::string& topic, Publication publication) {
    const std::vector<Publication> publications{std::move(publication)};
    return topics.publish(topic, publications).front();
  }

  FakeClock clock;
  Random random{1};
  storage::Store store;
  Documents documents{store};
  Queues queues{store, clock, random};
  Topics topics{documents, queues, clock, random};
};

TEST(TopicTest, IsCreatedOnce) {
  World world;
  const Caller caller{.region = "eu-west-1", .account = "123456789012"};
  const auto first = world.topics.create("t", caller, "name", {{"k", "v"}});
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.topic.arn, "arn:aws:sns:eu-west-1:123456789012:t");
  const auto second = world.topics.create("t", Caller{}, "other", {});
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.topic.display_name, "name");
}

TEST(TopicTest, TellsQueuesInTheJsonOfSns) {
  World world;
  const auto arn = world.topics.create("t", Caller{}, "", {}).topic.arn;
  const auto subscribing = world.topics.subscribe("t", world.make_queue("q"), Caller{}, false);
  const auto id = world.publish(
      "t", {.message = "a \"b\"",
            .subject = "S",
            .attributes = {{"bytes", {"Binary", "\1\2"}}, {"word", {"String", "w"}}}});
  EXPECT_THAT(world.bodies("q"), ElementsAre(R"({
  "Type" : "Notification",
  "MessageId" : ")" + id + R"(",
  "TopicArn" : ")" + arn + R"(",
  "Subject" : "S",
  "Message" : "a \"b\"",
  "Timestamp" : "2025-11-25T15:47:40.123Z",
  "SignatureVersion" : "1",
  "Signature" : "bm90IHNpZ25lZA==",
  "SigningCertURL" : "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
  "UnsubscribeURL" : "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=)" +
                                             subscribing.subscription.arn + R"(",
  "MessageAttributes" : {
    "bytes" : {"Type":"Binary","Value":"AQI="},
    "word" : {"Type":"String","Value":"w"}
  }
})"));
  world.publish("t", {.message = "plain"});
  const auto plain = world.bodies("q").at(0);
  EXPECT_EQ(plain.find("Subject"), std::string::npos);
  EXPECT_EQ(plain.find("MessageAttributes"), std::string::npos);
}

TEST(TopicTest, RawDeliveryIsTheMessageWithItsAttributes) {
  World world;
  world.topics.create("t", Caller{}, "", {});
  const auto subscription =
      world.topics.subscribe("t", world.make_queue("q"), Caller{}, false).subscription;
  world.topics.set_raw_delivery(subscription.arn, true);
  world.publish("t", {.message = "m", .subject = "S", .attributes = {{"a", {"Number", "1"}}}});
  const auto received = world.received("q");
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].body, "m");
  EXPECT_EQ(received[0].attributes, (MessageAttributes{{"a", {"Number", "1"}}}));
}

TEST(TopicTest, EveryQueueGetsAllInOrderAndOneThatIsGoneDoesNotMatter) {
  World world;
  world.topics.create("t", Caller{}, "", {});
  for (const auto* queue : {"a", "gone", "b"}) {
    world.topics.subscribe("t", world.make_queue(queue), Caller{}, true);
  }
  world.queues.remove("gone");
  const std::vector<Publication> two{{.message = "1"}, {.message = "2"}};
  EXPECT_EQ(world.topics.publish("t", two).size(), 2u);
  EXPECT_THAT(world.bodies("a"), ElementsAre("1", "2"));
  EXPECT_THAT(world.bodies("b"), ElementsAre("1", "2"));
}

TEST(TopicTest, AQueueDoesNotGetWhatIsTooLargeForIt) {
  World world;
  world.topics.create("t", Caller{}, "", {});
  const auto arn = world.queues.create("q", Caller{}, {.message_bytes_max = 1024}).queue.arn;
  world.topics.subscribe("t", arn, Caller{}, true);
  world.publish("t", {.message = std::string(1025, 'x')});
  world.publish("t", {.message = std::string(1024, 'y')});
  EXPECT_THAT(world.bodies("q"), ElementsAre(std::string(1024, 'y')));
}

TEST(TopicTest, AQueueSubscribesOnce) {
  World world;
  world.topics.create("t", Caller{}, "", {});
  const auto queue = world.make_queue("q");
  const auto first = world.topics.subscribe("t", queue, Caller{}, false);
  EXPECT_TRUE(first.is_new);
  const auto second = world.topics.subscribe("t", queue, Caller{}, true);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.subscription.arn, first.subscription.arn);
  EXPECT_FALSE(second.subscription.raw_delivery);

  world.topics.unsubscribe(first.subscription.arn);
  world.topics.unsubscribe(first.subscription.arn);
  world.publish("t", {.message = "m"});
  EXPECT_TRUE(world.bodies("q").empty());
}

TEST(TopicTest, SaysWhatIsNotThere) {
  World world;
  const auto words = [](const auto& ask) {
    try {
      ask();
    } catch (const ApiError& error) {
      return error.code + ": " + error.message;
    }
    return std::string("no error");
  };
  EXPECT_EQ(words([&] { world.publish("t", {.message = "m"}); }), "NotFound: Topic does not exist");
  EXPECT_EQ(words([&] { world.topics.subscription("s"); }),
            "NotFound: Subscription does not exist");
  world.topics.remove("t");
}

TEST(TopicTest, DeletedTopicsTakeTheirSubscriptionsAlong) {
  World world;
  world.topics.create("t", Caller{}, "", {});
  world.topics.create("t2", Caller{}, "", {});
  const auto queue = world.make_queue("q");
  world.topics.subscribe("t", queue, Caller{}, true);
  world.topics.subscribe("t2", queue, Caller{}, true);
  world.topics.remove("t");
  EXPECT_EQ(world.topics.subscriptions(std::nullopt, "", 10).size(), 1u);
  world.topics.create("t", Caller{}, "", {});
  EXPECT_TRUE(world.topics.subscriptions("t", "", 10).empty());
}

TEST(TopicTest, OutlivesTheProgram) {
  const Folder folder;
  std::string subscription;
  {
    World world({.folder = folder.path()});
    world.topics.create("t", Caller{}, "name", {{"k", "v"}});
    subscription =
        world.topics.subscribe("t", world.make_queue("q"), Caller{}, true).subscription.arn;
  }
  World world({.folder = folder.path()});
  EXPECT_EQ(world.topics.describe("t").display_name, "name");
  EXPECT_EQ(world.topics.describe("t").tags.at("k"), "v");
  EXPECT_TRUE(world.topics.subscription(subscription).raw_delivery);
  world.publish("t", {.message = "m"});
  EXPECT_THAT(world.bodies("q"), ElementsAre("m"));
}

}  // namespace
}  // namespace engine
