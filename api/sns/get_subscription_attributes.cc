// GetSubscriptionAttributes
// https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html

#include "api/sns/operations.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json get_subscription_attributes(Services& services, const QueueCall& call) {
  const auto subscription =
      services.topics.subscription(required_arn(call.input, "SubscriptionArn"));
  Json attributes = subscription_json(subscription);
  attributes["RawMessageDelivery"] = subscription.raw_delivery ? "true" : "false";
  attributes["PendingConfirmation"] = "false";
  attributes["ConfirmationWasAuthenticated"] = "true";
  return {{"Attributes", attributes}};
}

}  // namespace api::sns
