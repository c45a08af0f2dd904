#include "api/sns/operations.h"

#include <array>

#include "api/operations.h"

namespace api {

namespace {

constexpr auto operations = std::to_array<TopicOperation>({
    {"CreateTopic", sns::create_topic},
    {"DeleteTopic", sns::delete_topic},
    {"GetSubscriptionAttributes", sns::get_subscription_attributes},
    {"GetTopicAttributes", sns::get_topic_attributes},
    {"ListSubscriptions", sns::list_subscriptions},
    {"ListSubscriptionsByTopic", sns::list_subscriptions_by_topic},
    {"ListTagsForResource", sns::list_tags_for_resource},
    {"ListTopics", sns::list_topics},
    {"Publish", sns::publish},
    {"PublishBatch", sns::publish_batch},
    {"SetSubscriptionAttributes", sns::set_subscription_attributes},
    {"SetTopicAttributes", sns::set_topic_attributes},
    {"Subscribe", sns::subscribe},
    {"TagResource", sns::tag_resource},
    {"Unsubscribe", sns::unsubscribe},
    {"UntagResource", sns::untag_resource},
});

}  // namespace

std::span<const TopicOperation> sns_operations() { return operations; }

}  // namespace api
