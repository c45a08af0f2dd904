#include "engine/topic/topics.h"

#include <mutex>
#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace engine {

namespace {

using Json = nlohmann::json;

// The kinds of the documents. Ids are names of topics and ARNs of subscriptions.
constexpr std::string_view topics_kind = "topic";
constexpr std::string_view subscriptions_kind = "subscription";

std::string encode(const TopicDescription& topic) {
  return Json{{"arn", topic.arn},
              {"account", topic.account},
              {"display_name", topic.display_name},
              {"tags", topic.tags},
              {"created", epoch_milliseconds(topic.created)}}
      .dump();
}

TopicDescription decode_topic(const std::string& name, const std::string& bytes) {
  const auto json = Json::parse(bytes);
  return {.name = name,
          .arn = json.at("arn"),
          .account = json.at("account"),
          .display_name = json.at("display_name"),
          .tags = json.at("tags"),
          .created = from_epoch_milliseconds(json.at("created"))};
}

std::string encode(const Subscription& subscription) {
  return Json{{"topic", subscription.topic_arn},
              {"account", subscription.account},
              {"queue", subscription.queue_arn},
              {"raw", subscription.raw_delivery}}
      .dump();
}

Subscription decode_subscription(const std::string& arn, const std::string& bytes) {
  const auto json = Json::parse(bytes);
  return {.arn = arn,
          .topic_arn = json.at("topic"),
          .account = json.at("account"),
          .queue_arn = json.at("queue"),
          .raw_delivery = json.at("raw")};
}

ApiError topic_not_found() { return {"NotFound", "Topic does not exist", 404}; }
ApiError subscription_not_found() { return {"NotFound", "Subscription does not exist", 404}; }

std::size_t bytes_of(const NewMessage& message) {
  auto bytes = message.body.size();
  for (const auto& [name, attribute] : message.attributes) {
    bytes += name.size() + attribute.data_type.size() + attribute.value.size();
  }
  return bytes;
}

}  // namespace

Topics::Topics(Documents& documents, Queues& queues, const Clock& clock, Random& random)
    : documents_(documents), queues_(queues), clock_(clock), random_(random) {
  for (const auto& [name, bytes] : documents.list(topics_kind)) {
    topics_.emplace(name, decode_topic(name, bytes));
  }
  for (const auto& [arn, bytes] : documents.list(subscriptions_kind)) {
    subscriptions_.emplace(arn, decode_subscription(arn, bytes));
  }
}

Topics::Creation Topics::create(const std::string& name, const Caller& caller,
                                const std::string& display_name,
                                const std::map<std::string, std::string>& tags) {
  const std::unique_lock lock(mutex_);
  if (const auto found = topics_.find(name); found != topics_.end()) {
    return {.topic = found->second, .is_new = false};
  }
  const Arn arn{
      .service = "sns", .region = caller.region, .account = caller.account, .resource = name};
  const TopicDescription topic{.name = name,
                               .arn = arn.text(),
                               .account = caller.account,
                               .display_name = display_name,
                               .tags = tags,
                               .created = clock_.now()};
  documents_.put(topics_kind, name, encode(topic));
  topics_.emplace(name, topic);
  return {.topic = topic, .is_new = true};
}

void Topics::remove(std::string_view name) {
  const std::unique_lock lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return;
  std::vector<Documents::Change> changes{{std::string(topics_kind), found->first, std::nullopt}};
  const auto gone = subscriptions_of(found->second);
  for (const auto& subscription : gone) {
    changes.push_back({std::string(subscriptions_kind), subscription.arn, std::nullopt});
  }
  documents_.commit(changes);
  for (const auto& subscription : gone) subscriptions_.erase(subscription.arn);
  topics_.erase(found);
}

std::optional<TopicDescription> Topics::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return std::nullopt;
  return found->second;
}

TopicDescription Topics::describe(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  return existing(name);
}

std::vector<TopicDescription> Topics::list(std::string_view after, std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<TopicDescription> found;
  auto at = after.empty() ? topics_.begin() : topics_.upper_bound(after);
  for (; at != topics_.end() && found.size() < limit; ++at) found.push_back(at->second);
  return found;
}

void Topics::update(std::string_view name, const std::function<void(TopicDescription&)>& change) {
  const std::unique_lock lock(mutex_);
  auto changed = existing(name);
  change(changed);
  documents_.put(topics_kind, changed.name, encode(changed));
  topics_.find(name)->second = std::move(changed);
}

Topics::Subscribing Topics::subscribe(std::string_view topic_name, const std::string& queue_arn,
                                      const Caller& caller, bool raw_delivery) {
  const std::unique_lock lock(mutex_);
  const auto& topic = existing(topic_name);
  for (const auto& subscription : subscriptions_of(topic)) {
    if (subscription.queue_arn != queue_arn) continue;
    return {.subscription = subscription, .is_new = false};
  }
  const Subscription subscription{.arn = topic.arn + ":" + random_.uuid(),
                                  .topic_arn = topic.arn,
                                  .account = caller.account,
                                  .queue_arn = queue_arn,
                                  .raw_delivery = raw_delivery};
  documents_.put(subscriptions_kind, subscription.arn, encode(subscription));
  subscriptions_.emplace(subscription.arn, subscription);
  return {.subscription = subscription, .is_new = true};
}

void Topics::unsubscribe(std::string_view subscription_arn) {
  const std::unique_lock lock(mutex_);
  const auto found = subscriptions_.find(subscription_arn);
  if (found == subscriptions_.end()) return;
  documents_.remove(subscriptions_kind, found->first);
  subscriptions_.erase(found);
}

Subscription Topics::subscription(std::string_view subscription_arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = subscriptions_.find(subscription_arn);
  if (found == subscriptions_.end()) throw subscription_not_found();
  return found->second;
}

void Topics::set_raw_delivery(std::string_view subscription_arn, bool raw_delivery) {
  const std::unique_lock lock(mutex_);
  const auto found = subscriptions_.find(subscription_arn);
  if (found == subscriptions_.end()) throw subscription_not_found();
  auto changed = found->second;
  changed.raw_delivery = raw_delivery;
  documents_.put(subscriptions_kind, changed.arn, encode(changed));
  found->second = std::move(changed);
}

std::vector<Subscription> Topics::subscriptions(std::optional<std::string_view> topic_name,
                                                std::string_view after, std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  const auto topic_arn = topic_name ? existing(*topic_name).arn : std::string();
  std::vector<Subscription> found;
  auto at = after.empty() ? subscriptions_.begin() : subscriptions_.upper_bound(after);
  for (; at != subscriptions_.end() && found.size() < limit; ++at) {
    if (!topic_name || at->second.topic_arn == topic_arn) found.push_back(at->second);
  }
  return found;
}

std::vector<std::string> Topics::publish(std::string_view topic_name,
                                         std::span<const Publication> publications) {
  std::vector<Subscription> subscriptions;
  {
    const std::shared_lock lock(mutex_);
    subscriptions = subscriptions_of(existing(topic_name));
  }
  const auto now = clock_.now();
  std::vector<Notification> notifications;
  std::vector<std::string> ids;
  for (const auto& publication : publications) {
    ids.push_back(random_.uuid());
    notifications.push_back({ids.back(), now, publication});
  }
  for (const auto& subscription : subscriptions) {
    const auto queue = queues_.find(queue_name_of_arn(subscription.queue_arn).value_or(""));
    if (!queue) continue;
    std::vector<NewMessage> messages;
    for (const auto& notification : notifications) {
      auto message = message_for(notification, subscription);
      message.sender_id = "AIDAIT2UOQQY3AUEKVGXU";  // Of SNS itself, in AWS.
      // A queue refuses them, too: raw delivery of a message with too many attributes fails.
      const bool has_room = bytes_of(message) <= queue->settings.message_bytes_max &&
                            message.attributes.size() <= limits::message_attributes_max;
      if (has_room) messages.push_back(std::move(message));
    }
    try {
      if (!messages.empty()) queues_.send(queue->name, messages);
    } catch (const ApiError&) {
      continue;  // The queue went away at this moment.
    }
  }
  return ids;
}

void Topics::clear() {
  const std::unique_lock lock(mutex_);
  documents_.remove_all(topics_kind);
  documents_.remove_all(subscriptions_kind);
  topics_.clear();
  subscriptions_.clear();
}

const TopicDescription& Topics::existing(std::string_view name) const {
  const auto found = topics_.find(name);
  if (found == topics_.end()) throw topic_not_found();
  return found->second;
}

std::vector<Subscription> Topics::subscriptions_of(const TopicDescription& topic) const {
  std::vector<Subscription> found;
  const auto prefix = topic.arn + ":";
  for (auto at = subscriptions_.lower_bound(prefix);
       at != subscriptions_.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->second);
  }
  return found;
}

}  // namespace engine
