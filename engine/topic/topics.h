#pragma once

#include <functional>
#include <map>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arn.h"
#include "engine/clock.h"
#include "engine/documents.h"
#include "engine/random.h"
#include "engine/topic/topic.h"

namespace engine {

class Queues;

/// The topics there are and who subscribed to them. A topic is known by its name alone, whatever
/// region or account an ARN of it says.
///
/// What is published is in the queues before the call returns; nothing is kept here. Topics and
/// subscriptions are in the store before a call returns.
///
/// Safe to call from any thread. Errors: `ApiError` NotFound where a topic or a subscription that
/// is named is not there; `StorageError`.
class Topics {
 public:
  /// Learns from the store which there are.
  Topics(Documents& documents, Queues& queues, const Clock& clock, Random& random);

  struct Creation {
    TopicDescription topic;
    bool is_new = false;  ///< Otherwise it was there, and is as it was.
  };
  Creation create(const std::string& name, const Caller& caller, const std::string& display_name,
                  const std::map<std::string, std::string>& tags);
  /// With its subscriptions. Nothing happens if there is none.
  void remove(std::string_view name);
  /// Nothing if there is none.
  std::optional<TopicDescription> find(std::string_view name) const;
  TopicDescription describe(std::string_view name) const;
  /// By name; those after `after`, at most `limit`.
  std::vector<TopicDescription> list(std::string_view after, std::size_t limit) const;
  /// `change` alters what it is given, and may throw to leave all as it was.
  void update(std::string_view name, const std::function<void(TopicDescription&)>& change);

  struct Subscribing {
    Subscription subscription;
    bool is_new = false;  ///< Otherwise the queue had subscribed, and it is as it was.
  };
  Subscribing subscribe(std::string_view topic_name, const std::string& queue_arn,
                        const Caller& caller, bool raw_delivery);
  /// Nothing happens if there is none.
  void unsubscribe(std::string_view subscription_arn);
  Subscription subscription(std::string_view subscription_arn) const;
  void set_raw_delivery(std::string_view subscription_arn, bool raw_delivery);
  /// By ARN; those after `after`, at most `limit`; of all topics, or of one.
  std::vector<Subscription> subscriptions(std::optional<std::string_view> topic_name,
                                          std::string_view after, std::size_t limit) const;

  /// Gives the messages' ids, in their order. A queue that is gone, or does not take a message,
  /// does without it.
  std::vector<std::string> publish(std::string_view topic_name,
                                   std::span<const Publication> publications);
  /// Removes every topic.
  void clear();

 private:
  const TopicDescription& existing(std::string_view name) const;
  std::vector<Subscription> subscriptions_of(const TopicDescription& topic) const;

  Documents& documents_;
  Queues& queues_;
  const Clock& clock_;
  Random& random_;
  mutable std::shared_mutex mutex_;  ///< Guards the rest; held over a commit of a change of it.
  std::map<std::string, TopicDescription, std::less<>> topics_;
  std::map<std::string, Subscription, std::less<>> subscriptions_;  ///< By ARN.
};

}  // namespace engine
