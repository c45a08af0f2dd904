// DeleteTopic: with its subscriptions. One that is not there is as good as deleted.
// https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html

#include "api/sns/operations.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json delete_topic(Services& services, const QueueCall& call) {
  services.topics.remove(topic_name(call.input));
  return Json();
}

}  // namespace api::sns
