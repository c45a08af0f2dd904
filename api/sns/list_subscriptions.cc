// ListSubscriptions and ListSubscriptionsByTopic: by ARN, 100 a page.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html

#include "api/sns/operations.h"
#include "engine/limits.h"
#include "engine/topic/topics.h"

namespace api::sns {

namespace {

Json list(const Services& services, const Json& input, std::optional<std::string_view> topic) {
  const auto found =
      services.topics.subscriptions(topic, after_token(input), engine::limits::list_topics_max + 1);
  return page(found, "Subscriptions", subscription_json,
              [](const auto& subscription) { return subscription.arn; });
}

}  // namespace

Json list_subscriptions(Services& services, const QueueCall& call) {
  return list(services, call.input, std::nullopt);
}

Json list_subscriptions_by_topic(Services& services, const QueueCall& call) {
  const auto topic = topic_name(call.input);
  return list(services, call.input, topic);
}

}  // namespace api::sns
