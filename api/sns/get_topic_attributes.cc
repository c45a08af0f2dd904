// GetTopicAttributes
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html

#include "api/sns/operations.h"
#include "api/sns/topic_attributes.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json get_topic_attributes(Services& services, const QueueCall& call) {
  const auto topic = services.topics.describe(topic_name(call.input));
  const auto subscriptions = services.topics.subscriptions(topic.name, "", -1).size();
  return {{"Attributes", attributes_of(topic, subscriptions)}};
}

}  // namespace api::sns
