// SetTopicAttributes: one attribute of a topic.
// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "api/sns/topic_attributes.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json set_topic_attributes(Services& services, const QueueCall& call) {
  const auto name = text(call.input, "AttributeName");
  if (!name) throw is_null("attributeName");
  const auto value = text(call.input, "AttributeValue").value_or("");
  services.topics.update(topic_name(call.input), [&](engine::TopicDescription& topic) {
    set_attribute(topic, *name, value);
  });
  return Json();
}

}  // namespace api::sns
