// Publish: one message to every queue that subscribed to a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

#include <vector>

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json publish(Services& services, const QueueCall& call) {
  const auto& input = call.input;
  if (text(input, "PhoneNumber")) throw unsupported("PhoneNumber");
  const bool has_topic = text(input, "TopicArn").has_value();
  if (!has_topic && !text(input, "TargetArn")) {
    throw invalid_parameter("TopicArn or TargetArn Reason: no value for required parameter");
  }
  const std::vector<engine::Publication> publications{publication(input)};
  const auto topic = topic_name(input, has_topic ? "TopicArn" : "TargetArn");
  return {{"MessageId", services.topics.publish(topic, publications).front()}};
}

}  // namespace api::sns
