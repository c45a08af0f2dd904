// A mapping of a queue at work: registry, driver, queue, and a function that answers as told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "mapping/queue/driver.h"
#include "tests/mapping/fixture.h"

namespace mapping {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Bodies = std::vector<std::string>;

/// The function names the messages with these bodies as not dealt with.
FakeFunction::Answer failing(std::set<std::string> bodies) {
  return [bodies](const FakeFunction::Call& call) {
    nlohmann::json reply{{"batchItemFailures", nlohmann::json::array()}};
    const auto event = nlohmann::json::parse(call.event);
    for (const auto& record : event.at("Records")) {
      if (!bodies.contains(record.at("body"))) continue;
      reply["batchItemFailures"].push_back({{"itemIdentifier", record.at("messageId")}});
    }
    Invocation invocation;
    invocation.payload = reply.dump();
    return invocation;
  };
}

struct QueueMappingTest : ::testing::Test {
  std::string create_queue(const std::string& name, engine::QueueSettings settings = {}) {
    if (name.ends_with(".fifo")) settings.fifo.emplace();
    return world.queues.create(name, {}, settings).queue.arn;
  }
  std::string map(const std::string& arn, MappingSpec spec = {}) {
    spec.event_source_arn = arn;
    spec.function_name = "f";
    return world.run(world.registry->create(std::move(spec), {})).mapping.uuid;
  }
  std::vector<engine::SentMessage> send(const std::string& queue, const Bodies& bodies) {
    std::vector<engine::NewMessage> messages;
    for (const auto& body : bodies) {
      messages.push_back({.body = body});
      if (!queue.ends_with(".fifo")) continue;
      messages.back().group_id = body.substr(0, 1);
      messages.back().deduplication_id = body;
    }
    auto sent = world.queues.send(queue, messages);
    world.settle();
    return sent;
  }
  std::size_t left(const std::string& queue) {
    const auto counts = world.queues.counts(queue);
    return counts.visible + counts.in_flight + counts.delayed;
  }
  /// The names of what is in the history, in their order.
  Bodies history(const std::string& uuid) {
    Bodies names;
    for (const auto& [step, events] : world.registry->recorder().history(uuid, 0, 1000)) {
      for (const auto& event : nlohmann::json::parse(events)) names.push_back(event.at("event"));
    }
    return names;
  }
  queue::Status status(const std::string& uuid) {
    return world.run(world.registry->report(uuid)).queue.value();
  }

  World world;
};

TEST_F(QueueMappingTest, WhatIsDealtWithIsDeleted) {
  const auto uuid = map(create_queue("q"));
  send("q", {"a", "b"});
  send("q", {"c"});
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a", "b"}, Bodies{"c"}));
  EXPECT_EQ(left("q"), 0u);
  EXPECT_TRUE(status(uuid).is_settled());
  EXPECT_EQ(status(uuid).counters.messages_delivered, 3u);
}

TEST_F(QueueMappingTest, WhatWasSentBeforeIsDeliveredToo) {
  const auto arn = create_queue("q");
  send("q", {"a"});
  map(arn);
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}));
}

TEST_F(QueueMappingTest, AFailureComesBackWhenItIsVisibleAgain) {
  const auto letters = create_queue("letters");
  world.function.answer = FakeFunction::refuse;
  const auto uuid = map(create_queue(
      "q", {.visibility_timeout = seconds(20), .redrive = engine::RedrivePolicy{letters, 2}}));
  const auto id = send("q", {"a"}).front().id;
  EXPECT_THAT(world.function.calls, SizeIs(1));
  world.advance(seconds(20) - milliseconds(1));
  EXPECT_THAT(world.function.calls, SizeIs(1));
  world.advance(milliseconds(1));
  ASSERT_THAT(world.function.calls, SizeIs(2));
  EXPECT_THAT(world.function.calls[1].event, HasSubstr(R"("ApproximateReceiveCount":"2")"));
  world.advance(seconds(20));
  EXPECT_THAT(world.function.calls, SizeIs(2));
  EXPECT_EQ(left("q"), 0u);
  EXPECT_EQ(world.queues.receive("letters", 1).front().id, id);

  const auto deliveries = world.deliveries(uuid);
  ASSERT_THAT(deliveries, SizeIs(2));
  EXPECT_EQ(deliveries[1]["outcome"], "failed");
  EXPECT_EQ(deliveries[1]["attempt"], 2);
  EXPECT_EQ(deliveries[1]["messageIds"], nlohmann::json::array({id}));
  EXPECT_FALSE(deliveries[1].contains("shardId"));
}

TEST_F(QueueMappingTest, APartialReplyKeepsWhatItNames) {
  world.function.answer = failing({"b"});
  const auto uuid =
      map(create_queue("q"), {.function_response_types = Bodies{"ReportBatchItemFailures"}});
  send("q", {"a", "b", "c"});
  EXPECT_EQ(left("q"), 1u);
  EXPECT_EQ(world.deliveries(uuid)[0]["outcome"], "partiallyFailed");
  world.function.answer = failing({});
  world.advance(seconds(30));
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a", "b", "c"}, Bodies{"b"}));
  EXPECT_EQ(left("q"), 0u);
}

TEST_F(QueueMappingTest, WithoutTheFlagAReplyIsIgnored) {
  world.function.answer = failing({"a"});
  map(create_queue("q"));
  send("q", {"a"});
  EXPECT_EQ(left("q"), 0u);
}

TEST_F(QueueMappingTest, FilteredMessagesAreDeleted) {
  const auto uuid = map(create_queue("q"), {.filter_patterns = Bodies{R"({"body":["a"]})"}});
  send("q", {"b", "a", "c"});
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}));
  EXPECT_EQ(left("q"), 0u);
  EXPECT_EQ(status(uuid).counters.messages_filtered, 2u);
  EXPECT_THAT(history(uuid), ElementsAre("receive", "filter", "batch", "attempt"));
  send("q", {"b"});
  EXPECT_THAT(world.function.calls, SizeIs(1));
  EXPECT_EQ(left("q"), 0u);
}

TEST_F(QueueMappingTest, AWindowGathersAndHidesForLonger) {
  world.function.time_limit = seconds(5);
  map(create_queue("q"), {.batch_size = 100, .maximum_batching_window_in_seconds = 20});
  send("q", {"a"});
  world.advance(seconds(19));
  send("q", {"b"});
  EXPECT_THAT(world.function.calls, IsEmpty());
  world.function.answer = FakeFunction::refuse;
  world.advance(seconds(1));
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a", "b"}));
  // 20 + 5 + 30 s since "a" was received; the queue says 30.
  world.advance(seconds(35) - milliseconds(1));
  EXPECT_EQ(world.queues.counts("q").visible, 0u);
  EXPECT_EQ(world.queues.next_visible("q"), world.engine.clock.time + milliseconds(1));
}

TEST_F(QueueMappingTest, MaximumConcurrencyHoldsMessagesBack) {
  world.function.is_held = [](const auto&) { return true; };
  const auto uuid = map(create_queue("q"), {.batch_size = 1, .maximum_concurrency = 2});
  send("q", {"a", "b", "c"});
  EXPECT_EQ(world.function.in_flight, 2);
  EXPECT_EQ(world.queues.counts("q").visible, 1u);  // It was not received in vain.
  EXPECT_EQ(status(uuid).load.in_flight, 2u);
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.calls, SizeIs(3));
  EXPECT_EQ(left("q"), 0u);
}

TEST_F(QueueMappingTest, AThrottledBatchIsTriedAgainAndThenLetGo) {
  world.means.backoff = {.base = seconds(4), .jitter = 0};
  world.close();
  world.open();
  world.function.answer = FakeFunction::throttle;
  const auto uuid = map(create_queue("q", {.visibility_timeout = seconds(15)}));
  send("q", {"a"});
  EXPECT_THAT(world.function.calls, SizeIs(1));
  world.advance(seconds(4));
  EXPECT_THAT(world.function.calls, SizeIs(2));
  world.advance(seconds(8));
  EXPECT_THAT(world.function.calls, SizeIs(3));  // The next would be 16 s later.
  EXPECT_EQ(status(uuid).counters.messages_released, 1u);
  EXPECT_THAT(history(uuid),
              ElementsAre("receive", "batch", "attempt", "attempt", "attempt", "release"));
  world.function.answer = FakeFunction::accept;
  world.advance(seconds(3));
  ASSERT_THAT(world.function.calls, SizeIs(4));
  EXPECT_THAT(world.function.calls[3].event, HasSubstr(R"("ApproximateReceiveCount":"2")"));
  EXPECT_EQ(left("q"), 0u);
}

TEST_F(QueueMappingTest, AFifoQueueHasOneBatchOfAGroupInFlight) {
  world.function.is_held = [](const auto& call) { return call.keys.front() == "a1"; };
  map(create_queue("q.fifo"));
  send("q.fifo", {"a1"});
  send("q.fifo", {"a2", "b1"});
  send("q.fifo", {"a3"});
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a1"}, Bodies{"b1"}));
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_THAT(world.function.batches(),
              ElementsAre(Bodies{"a1"}, Bodies{"b1"}, Bodies{"a2", "a3"}));
  EXPECT_EQ(left("q.fifo"), 0u);
}

TEST_F(QueueMappingTest, ADrainWaitsForWhatIsHidden) {
  world.function.answer = FakeFunction::refuse;
  map(create_queue("q"));
  send("q", {"a"});
  const auto left = world.run(world.registry->drain(seconds(0)));
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left[0].queue_arn, "arn:aws:sqs:us-east-1:000000000000:q");
  EXPECT_THAT(left[0].why, HasSubstr("1 in flight"));
  EXPECT_THAT(left[0].why, HasSubstr("the next is visible at"));
  EXPECT_THAT(left[0].why, HasSubstr("last error: Error: refused"));
}

TEST_F(QueueMappingTest, DisablingLetsTheFunctionFinishAndReceivesNothingMore) {
  world.function.is_held = [](const auto&) { return true; };
  const auto uuid = map(create_queue("q"));
  send("q", {"a"});
  const auto disabling = world.run(world.registry->update(uuid, {.is_enabled = false}, {}));
  EXPECT_EQ(disabling.state, MappingState::disabling);
  send("q", {"b"});
  world.function.is_held = [](const auto&) { return false; };
  world.function.released.ring();
  world.settle();
  EXPECT_EQ(world.run(world.registry->get(uuid)).state, MappingState::disabled);
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}));
  EXPECT_EQ(left("q"), 1u);
  world.run(world.registry->update(uuid, {.is_enabled = true}, {}));
  world.settle();
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}, Bodies{"b"}));
}

TEST_F(QueueMappingTest, GoesOnAfterARestartWithItsCounters) {
  const auto uuid = map(create_queue("q"));
  send("q", {"a"});
  world.close();
  send("q", {"b"});
  world.open();
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}, Bodies{"b"}));
  EXPECT_EQ(status(uuid).counters.messages_delivered, 2u);
}

TEST_F(QueueMappingTest, AQueueThatIsGoneAndCameBackIsReadAgain) {
  const auto arn = create_queue("q");
  const auto uuid = map(arn);
  world.queues.remove("q");
  world.settle();
  EXPECT_FALSE(status(uuid).is_there);
  EXPECT_THAT(world.run(world.registry->drain(seconds(0))), IsEmpty());
  create_queue("q");
  send("q", {"a"});
  EXPECT_THAT(world.function.batches(), ElementsAre(Bodies{"a"}));
}

TEST_F(QueueMappingTest, LeavesNothingBehind) {
  const auto uuid = map(create_queue("q"));
  send("q", {"a"});
  world.run(world.registry->remove(uuid));
  send("q", {"b"});
  EXPECT_THAT(world.function.calls, SizeIs(1));
  EXPECT_THAT(world.documents.list(queue::documents_kind(uuid)), IsEmpty());
}

}  // namespace
}  // namespace mapping
