#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/queue/receipt.h"
#include "tests/engine/queues_fixture.h"

namespace engine {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const ApiError& error) {
    return error.code;
  }
  return "no error";
}

std::vector<std::string> bodies(const std::vector<Message>& messages) {
  std::vector<std::string> found;
  for (const auto& message : messages) found.push_back(message.body);
  return found;
}

class QueuesTest : public QueuesOverFolder {
 protected:
  QueueDescription create(const std::string& name, const QueueSettings& settings = {}) {
    return queues_->create(name, Caller{}, settings).queue;
  }
  void send(const std::string& queue, const std::vector<std::string>& bodies,
            std::optional<Duration> delay = std::nullopt) {
    std::vector<NewMessage> messages;
    for (const auto& body : bodies) messages.push_back({.body = body, .delay = delay});
    queues_->send(queue, messages);
  }
  std::vector<std::string> receive(const std::string& queue, std::size_t limit = 10) {
    return bodies(queues_->receive(queue, limit));
  }
  Message receive_one(const std::string& queue) {
    auto messages = queues_->receive(queue, 1);
    EXPECT_THAT(messages, SizeIs(1));
    return messages.empty() ? Message() : messages.front();
  }
  bool remove(const std::string& queue, const std::string& handle) {
    return queues_->remove_messages(queue, std::vector{handle}).front();
  }
};

TEST_F(QueuesTest, ReceivesInTheOrderOfArrivalAndHidesWhatWasReceived) {
  create("q");
  send("q", {"a", "b", "c"});
  EXPECT_THAT(receive("q", 2), ElementsAre("a", "b"));
  EXPECT_THAT(receive("q"), ElementsAre("c"));
  EXPECT_THAT(receive("q"), IsEmpty());
  clock_.time += seconds(29);
  EXPECT_THAT(receive("q"), IsEmpty());
  clock_.time += seconds(1);
  EXPECT_THAT(receive("q"), ElementsAre("a", "b", "c"));
}

TEST_F(QueuesTest, TellsHowOftenAndWhenAMessageWasReceived) {
  create("q");
  const auto sent = clock_.time;
  send("q", {"a"});
  clock_.time += seconds(5);
  const auto first = receive_one("q");
  EXPECT_EQ(first.sent, sent);
  EXPECT_EQ(first.first_received, sent + seconds(5));
  EXPECT_EQ(first.receive_count, 1u);
  clock_.time += seconds(30);
  const auto second = receive_one("q");
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.first_received, sent + seconds(5));
  EXPECT_EQ(second.receive_count, 2u);
  EXPECT_NE(second.receipt_handle, first.receipt_handle);
}

TEST_F(QueuesTest, KeepsAllThatASenderGave) {
  create("q");
  const std::vector<NewMessage> sent{
      {.body = std::string("a\0b", 3),
       .attributes = {{"n", {"Number.int", "7"}}, {"b", {"Binary", std::string("\0\xff", 2)}}},
       .system_attributes = {{"AWSTraceHeader", {"String", "Root=1"}}},
       .sender_id = "AIDA"}};
  const auto accepted = queues_->send("q", sent);
  open();
  const auto message = receive_one("q");
  EXPECT_EQ(message.id, accepted.front().id);
  EXPECT_EQ(message.body, sent[0].body);
  EXPECT_EQ(message.attributes, sent[0].attributes);
  EXPECT_EQ(message.system_attributes, sent[0].system_attributes);
  EXPECT_EQ(message.sender_id, "AIDA");
}

TEST_F(QueuesTest, RemovesByTheLatestReceiptEvenAfterItsTime) {
  create("q");
  send("q", {"a"});
  const auto first = receive_one("q");
  clock_.time += seconds(30);
  const auto second = receive_one("q");
  EXPECT_TRUE(remove("q", first.receipt_handle));  // An old handle is no error and does nothing.
  clock_.time += seconds(30);
  EXPECT_TRUE(remove("q", second.receipt_handle));
  EXPECT_THAT(receive("q"), IsEmpty());
  EXPECT_TRUE(remove("q", second.receipt_handle));
}

TEST_F(QueuesTest, RefusesHandlesItDidNotGive) {
  create("q");
  create("other");
  send("q", {"a"});
  const auto handle = receive_one("q").receipt_handle;
  EXPECT_FALSE(remove("other", handle));
  EXPECT_FALSE(remove("q", "nonsense"));
  auto never_given = *Receipt::parse(handle);
  never_given.message_number += 5000;
  EXPECT_FALSE(remove("q", never_given.text()));
  EXPECT_EQ(code_of([&] { queues_->change_visibility("q", "nonsense", seconds(1)); }),
            "ReceiptHandleIsInvalid");
}

TEST_F(QueuesTest, ChangesVisibilityFromNowOn) {
  create("q");
  send("q", {"a"});
  const auto message = receive_one("q");
  clock_.time += seconds(20);
  queues_->change_visibility("q", message.receipt_handle, seconds(60));
  clock_.time += seconds(59);
  EXPECT_THAT(receive("q"), IsEmpty());
  queues_->change_visibility("q", message.receipt_handle, seconds(0));
  EXPECT_THAT(receive("q"), ElementsAre("a"));
  EXPECT_EQ(code_of([&] { queues_->change_visibility("q", message.receipt_handle, seconds(1)); }),
            "InvalidParameterValueException");
}

TEST_F(QueuesTest, HidesNoMessageForMoreThanTwelveHours) {
  create("q");
  send("q", {"a"});
  const auto message = receive_one("q");
  queues_->change_visibility("q", message.receipt_handle, hours(12));
  clock_.time += hours(11);
  EXPECT_EQ(
      code_of([&] { queues_->change_visibility("q", message.receipt_handle, seconds(3601)); }),
      "InvalidParameterValueException");
  queues_->change_visibility("q", message.receipt_handle, seconds(3600));
}

TEST_F(QueuesTest, AVisibilityOfNothingGivesAMessageOncePerReceive) {
  create("q");
  send("q", {"a", "b"});
  EXPECT_THAT(bodies(queues_->receive("q", 10, seconds(0))), ElementsAre("a", "b"));
  EXPECT_THAT(bodies(queues_->receive("q", 10, seconds(0))), ElementsAre("a", "b"));
}

TEST_F(QueuesTest, CountsWhereMessagesStand) {
  create("q");
  send("q", {"a", "b", "c"});
  send("q", {"later"}, seconds(10));
  queues_->receive("q", 1);
  auto counts = queues_->counts("q");
  EXPECT_EQ(counts.visible, 2u);
  EXPECT_EQ(counts.in_flight, 1u);
  EXPECT_EQ(counts.delayed, 1u);
  clock_.time += seconds(10);
  counts = queues_->counts("q");
  EXPECT_EQ(counts.visible, 3u);
  EXPECT_EQ(counts.delayed, 0u);
}

TEST_F(QueuesTest, ADelayedMessageIsNotSeenBeforeItsTime) {
  create("q", {.delay = seconds(5)});
  send("q", {"default"});
  send("q", {"long"}, seconds(60));
  send("q", {"at once"}, seconds(0));
  EXPECT_THAT(receive("q"), ElementsAre("at once"));
  clock_.time += seconds(5);
  EXPECT_THAT(receive("q"), ElementsAre("default"));
  EXPECT_EQ(queues_->next_visible("q"), clock_.time - seconds(5) + seconds(30));
}

TEST_F(QueuesTest, SaysWhenSomethingBecomesVisible) {
  create("q");
  EXPECT_EQ(queues_->next_visible("q"), std::nullopt);
  send("q", {"a"});
  EXPECT_EQ(queues_->next_visible("q"), clock_.time);
  queues_->receive("q", 1);
  EXPECT_EQ(queues_->next_visible("q"), clock_.time + seconds(30));
  EXPECT_EQ(queues_->next_visible("none"), std::nullopt);
}

TEST_F(QueuesTest, ForgetsMessagesAfterTheirRetention) {
  create("q", {.retention = seconds(60)});
  send("q", {"old"});
  clock_.time += seconds(30);
  send("q", {"young"});
  clock_.time += seconds(30);
  EXPECT_EQ(queues_->counts("q").visible, 1u);
  EXPECT_THAT(receive("q"), ElementsAre("young"));
}

TEST_F(QueuesTest, GivesUpWhatWasReceivedTooOften) {
  const auto letters = create("letters");
  const auto source = create("q", {.redrive = RedrivePolicy{letters.arn, 2}});
  send("q", {"poison", "later"});
  const auto sent = clock_.time;
  const auto id = queues_->receive("q", 1).front().id;
  clock_.time += seconds(30);
  queues_->receive("q", 1);
  clock_.time += seconds(30);
  heard_.arns.clear();
  EXPECT_THAT(receive("q"), ElementsAre("later"));
  EXPECT_THAT(heard_.arns, ElementsAre(letters.arn));

  open();
  const auto moved = receive_one("letters");
  EXPECT_EQ(moved.id, id);
  EXPECT_EQ(moved.body, "poison");
  EXPECT_EQ(moved.sent, sent);
  EXPECT_EQ(moved.receive_count, 3u);
  EXPECT_EQ(moved.dead_letter_source_arn, source.arn);
}

TEST_F(QueuesTest, AQueueThatGivesUpToItselfComesToAnEnd) {
  const auto queue = create("q");
  queues_->update("q", [&](QueueDescription& changed) {
    changed.settings.redrive = RedrivePolicy{queue.arn, 1};
  });
  send("q", {"a"});
  queues_->receive("q", 1, seconds(0));
  EXPECT_THAT(receive("q"), IsEmpty());
  EXPECT_EQ(queues_->counts("q").visible, 1u);
}

TEST_F(QueuesTest, WithoutItsDeadLetterQueueItReceivesAgain) {
  const auto letters = create("letters");
  create("q", {.redrive = RedrivePolicy{letters.arn, 1}});
  send("q", {"a"});
  queues_->receive("q", 1, seconds(0));
  queues_->remove("letters");
  EXPECT_THAT(receive("q"), ElementsAre("a"));
}

TEST_F(QueuesTest, IsTheSameAfterItWasOpenedAgain) {
  QueueSettings settings{.visibility_timeout = seconds(40),
                         .delay = seconds(1),
                         .receive_wait = seconds(2),
                         .retention = seconds(100),
                         .message_bytes_max = 2000,
                         .redrive = RedrivePolicy{"arn:aws:sqs:us-east-1:000000000000:d", 5}};
  queues_->create("q", {.region = "eu-west-1", .account = "123456789012"}, settings, {{"k", "v"}});
  send("q", {"a", "b", "c"}, seconds(0));
  const auto received = queues_->receive("q", 2);
  remove("q", received[1].receipt_handle);
  const auto created = clock_.time;
  clock_.time += seconds(10);
  open();

  const auto queue = queues_->describe("q");
  EXPECT_EQ(queue.arn, "arn:aws:sqs:eu-west-1:123456789012:q");
  EXPECT_EQ(queue.account, "123456789012");
  EXPECT_EQ(queue.settings, settings);
  EXPECT_EQ(queue.tags, (std::map<std::string, std::string>{{"k", "v"}}));
  EXPECT_EQ(queue.created, created);

  EXPECT_THAT(receive("q"), ElementsAre("c"));
  clock_.time += seconds(30);
  const auto again = receive_one("q");
  EXPECT_EQ(again.body, "a");
  EXPECT_EQ(again.receive_count, 2u);
  // A handle from before the restart is still understood, and is now an old one.
  remove("q", received[0].receipt_handle);
  EXPECT_TRUE(remove("q", again.receipt_handle));
}

TEST_F(QueuesTest, NoHandleFitsALaterMessage) {
  create("q");
  send("q", {"a"});
  const auto message = receive_one("q");
  remove("q", message.receipt_handle);
  open();
  send("q", {"b"});
  queues_->receive("q", 1, seconds(0));
  remove("q", message.receipt_handle);
  EXPECT_THAT(receive("q"), ElementsAre("b"));
}

TEST_F(QueuesTest, PurgesAndRemovesForGood) {
  create("q");
  send("q", {"a", "b"});
  queues_->receive("q", 1);
  queues_->purge("q");
  clock_.time += seconds(60);
  EXPECT_THAT(receive("q"), IsEmpty());
  send("q", {"c"});
  queues_->remove("q");
  EXPECT_EQ(code_of([&] { receive("q"); }), "QueueDoesNotExist");
  EXPECT_EQ(code_of([&] { queues_->remove("q"); }), "QueueDoesNotExist");
  create("q");
  EXPECT_THAT(receive("q"), IsEmpty());
  open();
  EXPECT_THAT(receive("q"), IsEmpty());
}

TEST_F(QueuesTest, LeavesNothingInTheStore) {
  create("q");
  send("q", {"a", "b"});
  queues_->clear();
  EXPECT_FALSE(store_->scan(storage::Column::state, "q", "r").valid());
}

TEST_F(QueuesTest, CreatesOnceAndListsByName) {
  EXPECT_TRUE(queues_->create("b", {}, {}).is_new);
  EXPECT_FALSE(queues_->create("b", {}, {.delay = seconds(1)}).is_new);
  EXPECT_EQ(queues_->describe("b").settings.delay, seconds(0));
  for (const auto* name : {"a", "ba", "bb", "c"}) create(name);
  const auto names = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
    std::vector<std::string> found;
    for (const auto& queue : queues_->list(prefix, after, limit)) found.push_back(queue.name);
    return found;
  };
  EXPECT_THAT(names("", "", 10), ElementsAre("a", "b", "ba", "bb", "c"));
  EXPECT_THAT(names("b", "", 10), ElementsAre("b", "ba", "bb"));
  EXPECT_THAT(names("b", "b", 1), ElementsAre("ba"));
  EXPECT_THAT(names("b", "bb", 10), IsEmpty());
}

TEST_F(QueuesTest, TakesFailuresByTheArnOfAQueue) {
  const auto queue = create("q");
  const auto id = queues_->send_to_arn("arn:aws:sqs:eu-west-1:999999999999:q", "lost");
  const auto message = receive_one("q");
  EXPECT_EQ(id, message.id);
  EXPECT_EQ(message.body, "lost");
  EXPECT_EQ(heard_.arns, std::vector{queue.arn});
  EXPECT_EQ(queues_->send_to_arn("arn:aws:sqs:us-east-1:000000000000:none", "x"), std::nullopt);
  EXPECT_EQ(queues_->send_to_arn("arn:aws:sns:us-east-1:000000000000:q", "x"), std::nullopt);
}

TEST_F(QueuesTest, TellsTheListenerOfArrivalsAndOfTheEnd) {
  const auto queue = create("q");
  send("q", {"a", "b"});
  const auto message = receive_one("q");
  queues_->change_visibility("q", message.receipt_handle, seconds(0));
  queues_->remove("q");
  EXPECT_THAT(heard_.arns, ElementsAre(queue.arn, queue.arn, queue.arn));
}

TEST_F(QueuesTest, ManyReceiversShareTheMessagesWithoutOverlap) {
  create("q");
  constexpr int sent = 200;
  std::mutex mutex;
  std::multiset<std::string> received;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int i = 0; i < sent / 2; ++i) send("q", {std::to_string(writer * sent + i)});
    });
  }
  for (int reader = 0; reader < 3; ++reader) {
    threads.emplace_back([&] {
      while (true) {
        const auto messages = queues_->receive("q", 7);
        const std::lock_guard lock(mutex);
        for (const auto& message : messages) received.insert(message.body);
        if (received.size() >= sent) return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(received.size(), static_cast<std::size_t>(sent));
  EXPECT_EQ(std::set(received.begin(), received.end()).size(), static_cast<std::size_t>(sent));
}

TEST(ReceiptTest, SpeaksAndReads) {
  const Receipt receipt{.queue_id = 0xffffffffffffffff, .message_number = 12, .receive_count = 3};
  EXPECT_EQ(Receipt::parse(receipt.text()), receipt);
  EXPECT_EQ(Receipt::parse(receipt.text() + "0"), std::nullopt);
  EXPECT_EQ(Receipt::parse(""), std::nullopt);
  EXPECT_EQ(Receipt::parse("AQEBzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"), std::nullopt);
}

}  // namespace
}  // namespace engine
