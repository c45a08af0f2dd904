// Unsubscribe: one that is not there is as good as ended.
// https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html

#include "api/sns/operations.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json unsubscribe(Services& services, const QueueCall& call) {
  services.topics.unsubscribe(required_arn(call.input, "SubscriptionArn"));
  return Json();
}

}  // namespace api::sns
