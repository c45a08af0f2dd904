#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>

#include "engine/api_error.h"
#include "tests/engine/queues_fixture.h"

namespace engine {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FifoQueueTest : public QueuesOverFolder {
 protected:
  std::string create(const std::string& name, QueueSettings settings = {}) {
    if (!settings.fifo) settings.fifo.emplace();
    return queues_->create(name, Caller{}, settings).queue.arn;
  }
  /// "g1": body 1 of group g.
  std::vector<SentMessage> send(const std::vector<std::string>& bodies) {
    std::vector<NewMessage> messages;
    for (const auto& body : bodies) {
      messages.push_back({.body = body, .group_id = body.substr(0, 1), .deduplication_id = body});
    }
    return queues_->send("q.fifo", messages);
  }
  std::vector<Message> take(std::size_t limit = 10,
                            std::optional<Duration> visibility = std::nullopt) {
    return queues_->receive("q.fifo", limit, visibility);
  }
  std::vector<std::string> receive(std::size_t limit = 10,
                                   std::optional<Duration> visibility = std::nullopt) {
    std::vector<std::string> bodies;
    for (const auto& message : take(limit, visibility)) bodies.push_back(message.body);
    return bodies;
  }
  void remove(const Message& message) {
    queues_->remove_messages("q.fifo", std::vector{message.receipt_handle});
  }
};

TEST_F(FifoQueueTest, GivesGroupAfterGroupEachInItsOrder) {
  create("q.fifo");
  send({"a1", "b1", "a2", "c1", "a3", "b2"});
  EXPECT_THAT(receive(4), ElementsAre("a1", "a2", "a3", "b1"));
  EXPECT_THAT(receive(4), ElementsAre("c1"));
  EXPECT_THAT(receive(4), IsEmpty());
}

TEST_F(FifoQueueTest, AGroupWaitsForAllOfItsMessagesInFlight) {
  create("q.fifo");
  send({"a1", "a2", "a3"});
  const auto held = take(2);
  ASSERT_THAT(held, SizeIs(2));
  remove(held[1]);
  EXPECT_THAT(receive(), IsEmpty());
  heard_.arns.clear();
  remove(held[0]);
  EXPECT_THAT(heard_.arns, SizeIs(1));  // Who waits for the group hears of it.
  EXPECT_EQ(queues_->next_visible("q.fifo"), clock_.time);
  EXPECT_THAT(receive(), ElementsAre("a3"));
}

TEST_F(FifoQueueTest, AMessageThatComesBackIsTheFirstOfItsGroupAgain) {
  create("q.fifo");
  send({"a1", "a2", "b1"});
  EXPECT_THAT(receive(1), ElementsAre("a1"));
  EXPECT_EQ(queues_->next_visible("q.fifo"), clock_.time);  // For b1.
  EXPECT_THAT(receive(1), ElementsAre("b1"));
  EXPECT_EQ(queues_->next_visible("q.fifo"), clock_.time + seconds(30));
  clock_.time += seconds(30);
  EXPECT_THAT(receive(), ElementsAre("a1", "a2", "b1"));
}

TEST_F(FifoQueueTest, AMessageThatIsHiddenLongerHoldsItsGroup) {
  create("q.fifo");
  send({"a1", "a2"});
  const auto held = take(2);
  queues_->change_visibility("q.fifo", held[0].receipt_handle, seconds(0));
  EXPECT_THAT(receive(), IsEmpty());
  queues_->change_visibility("q.fifo", held[1].receipt_handle, seconds(60));
  clock_.time += seconds(59);
  EXPECT_THAT(receive(), IsEmpty());
  clock_.time += seconds(1);
  EXPECT_THAT(receive(), ElementsAre("a1", "a2"));
}

TEST_F(FifoQueueTest, AVisibilityOfNothingGivesAMessageOncePerReceive) {
  create("q.fifo");
  send({"a1", "a2", "b1"});
  EXPECT_THAT(receive(10, seconds(0)), ElementsAre("a1", "a2", "b1"));
  EXPECT_THAT(receive(10, seconds(0)), ElementsAre("a1", "a2", "b1"));
}

TEST_F(FifoQueueTest, ADelayHoldsTheGroupToo) {
  create("q.fifo", {.delay = seconds(10)});
  send({"a1"});
  queues_->update("q.fifo", [](QueueDescription& queue) { queue.settings.delay = seconds(0); });
  send({"a2", "b1"});
  EXPECT_THAT(receive(), ElementsAre("b1"));
  EXPECT_EQ(queues_->next_visible("q.fifo"), clock_.time + seconds(10));
  clock_.time += seconds(10);
  EXPECT_THAT(receive(), ElementsAre("a1", "a2"));
}

TEST_F(FifoQueueTest, NumbersGrowAndGoOnAfterARestart) {
  create("q.fifo");
  auto sent = send({"a1", "b1"});
  open();
  const auto later = send({"a2"});
  sent.insert(sent.end(), later.begin(), later.end());
  std::set<std::string> numbers;
  for (const auto& message : sent) {
    EXPECT_THAT(message.sequence_number, SizeIs(20));
    EXPECT_TRUE(numbers.empty() || *numbers.rbegin() < message.sequence_number);
    numbers.insert(message.sequence_number);
  }
  EXPECT_EQ(take(1).front().sequence_number, sent[0].sequence_number);
}

TEST_F(FifoQueueTest, IsTheSameAfterItWasOpenedAgain) {
  const FifoSettings fifo{.deduplicates_by_content = true,
                          .deduplicates_per_group = true,
                          .has_throughput_per_group = true};
  create("q.fifo", {.fifo = fifo});
  send({"a1", "a2", "b1"});
  const auto held = take(1);
  open();
  EXPECT_EQ(queues_->describe("q.fifo").settings.fifo, fifo);
  const auto other = take();
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_EQ(other[0].group_id, "b");
  EXPECT_EQ(other[0].deduplication_id, "b1");
  remove(held[0]);
  EXPECT_THAT(receive(), ElementsAre("a2"));
}

TEST_F(FifoQueueTest, AnswersADuplicateForFiveMinutesAlsoAfterARestart) {
  create("q.fifo");
  const auto first = send({"a1"});
  remove(take().front());
  clock_.time += minutes(5) - std::chrono::milliseconds(1);
  EXPECT_EQ(send({"a1"}), first);
  open();
  EXPECT_EQ(send({"a1"}), first);
  EXPECT_THAT(receive(), IsEmpty());
  clock_.time += std::chrono::milliseconds(1);
  const auto second = send({"a1"});
  EXPECT_NE(second, first);
  EXPECT_THAT(receive(), ElementsAre("a1"));
  open();
  EXPECT_EQ(send({"a1"}), second);
}

TEST_F(FifoQueueTest, ADuplicateInTheSameCallIsOne) {
  create("q.fifo");
  const auto sent = send({"a1", "a1", "a2"});
  EXPECT_EQ(sent[0], sent[1]);
  EXPECT_NE(sent[1], sent[2]);
  EXPECT_THAT(receive(), ElementsAre("a1", "a2"));
}

TEST_F(FifoQueueTest, ForgetsTheRetainedAndFreesTheirGroup) {
  create("q.fifo", {.visibility_timeout = seconds(600), .retention = seconds(60)});
  send({"a1"});
  clock_.time += seconds(30);
  send({"a2"});
  EXPECT_THAT(receive(1), ElementsAre("a1"));
  EXPECT_EQ(queues_->next_visible("q.fifo"), clock_.time + seconds(30));
  clock_.time += seconds(30);
  EXPECT_THAT(receive(), ElementsAre("a2"));
}

TEST_F(FifoQueueTest, TheNextOfAGroupGoesOnWhenTheFirstIsGivenUp) {
  const auto letters = create("letters.fifo");
  const auto source = create("q.fifo", {.redrive = RedrivePolicy{letters, 2}});
  send({"a1", "a2"});
  const auto id = take(1, seconds(0)).front().id;
  take(1, seconds(0));
  EXPECT_THAT(receive(1), ElementsAre("a2"));
  open();
  const auto moved = queues_->receive("letters.fifo", 10);
  ASSERT_THAT(moved, SizeIs(1));
  EXPECT_EQ(moved[0].id, id);
  EXPECT_EQ(moved[0].body, "a1");
  EXPECT_EQ(moved[0].group_id, "a");
  EXPECT_EQ(moved[0].dead_letter_source_arn, source);
}

TEST_F(FifoQueueTest, AQueueThatGivesUpToItselfComesToAnEnd) {
  const auto arn = create("q.fifo");
  queues_->update("q.fifo", [&](QueueDescription& queue) {
    queue.settings.redrive = RedrivePolicy{arn, 1};
  });
  send({"a1", "a2"});
  receive(10, seconds(0));
  EXPECT_THAT(receive(), IsEmpty());
  EXPECT_EQ(queues_->counts("q.fifo").visible, 2u);
}

TEST_F(FifoQueueTest, TakesNothingWithoutAGroup) {
  EXPECT_EQ(queues_->send_to_arn(create("q.fifo"), "no group"), std::nullopt);
  const std::vector<NewMessage> no_group{{.body = "x"}};
  EXPECT_THROW(queues_->send("q.fifo", no_group), ApiError);
  EXPECT_EQ(queues_->counts("q.fifo").visible, 0u);
}

TEST_F(FifoQueueTest, LeavesNothingInTheStore) {
  create("q.fifo");
  send({"a1", "b1"});
  queues_->purge("q.fifo");
  EXPECT_THAT(receive(), IsEmpty());
  queues_->clear();
  EXPECT_FALSE(store_->scan(storage::Column::state, "q", "r").valid());
}

/// Senders and receivers of one queue, and what they know of it.
struct Traffic {
  struct Held {
    Message message;
    TimePoint until;
  };
  std::map<std::string, int> sent = {};     ///< The last number, by group.
  std::map<std::string, int> removed = {};  ///< Likewise.
  std::map<std::string, Held> held = {};    ///< By body.

  static int number_in(const Message& message) { return std::stoi(message.body.substr(1)); }

  void expect_in_order(const std::vector<Message>& messages, TimePoint now) const {
    auto last = removed;
    for (const auto& message : messages) {
      EXPECT_EQ(number_in(message), ++last[message.group_id]);
      for (const auto& [body, other] : held) {
        EXPECT_TRUE(other.message.group_id != message.group_id || other.until <= now) << body;
      }
    }
  }
  /// One that is the first of its group.
  std::optional<Message> removable() {
    for (const auto& [body, each] : held) {
      if (number_in(each.message) == removed[each.message.group_id] + 1) return each.message;
    }
    return std::nullopt;
  }
};

// Whatever is sent, received, removed and opened again: in a group nothing overtakes, and while
// something of it is in flight nothing is given.
TEST_F(FifoQueueTest, NothingOvertakesInItsGroup) {
  create("q.fifo");
  Traffic traffic;
  std::size_t removals = 0;
  for (int step = 0; step < 5000; ++step) {
    const auto dice = random_.next() % 20;
    if (dice < 7) {
      const std::string group(1, static_cast<char>('a' + random_.next() % 4));
      send({group + std::to_string(++traffic.sent[group])});
    } else if (dice < 12) {
      const auto messages = take(1 + random_.next() % 4);
      traffic.expect_in_order(messages, clock_.time);
      for (const auto& message : messages) {
        traffic.held[message.body] = {message, clock_.time + seconds(30)};
      }
    } else if (dice < 18) {
      const auto message = traffic.removable();
      if (!message) continue;
      remove(*message);
      traffic.removed[message->group_id] += 1;
      traffic.held.erase(message->body);
      removals += 1;
    } else if (dice == 18) {
      clock_.time += seconds(10);
    } else if (step % 20 == 0) {
      open();
    }
  }
  EXPECT_GT(removals, 500u);
}

}  // namespace
}  // namespace engine
