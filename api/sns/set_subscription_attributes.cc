// SetSubscriptionAttributes: one attribute of a subscription.
// https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "api/sns/topic_attributes.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json set_subscription_attributes(Services& services, const QueueCall& call) {
  const auto arn = required_arn(call.input, "SubscriptionArn");
  const auto name = text(call.input, "AttributeName");
  if (!name) throw is_null("attributeName");
  const auto value = text(call.input, "AttributeValue").value_or("");
  services.topics.set_raw_delivery(arn, raw_delivery(*name, value));
  return Json();
}

}  // namespace api::sns
