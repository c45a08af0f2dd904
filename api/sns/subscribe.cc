// Subscribe: a queue to a topic. Its owner need not confirm.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html

#include <algorithm>
#include <array>

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "api/sns/topic_attributes.h"
#include "engine/queue/queues.h"
#include "engine/topic/topics.h"

namespace api::sns {

namespace {

void check_protocol(const std::string& protocol) {
  constexpr auto others = std::to_array<std::string_view>(
      {"application", "email", "email-json", "firehose", "http", "https", "lambda", "sms"});
  if (protocol == "sqs") return;
  if (std::find(others.begin(), others.end(), protocol) != others.end()) {
    throw unsupported("The protocol " + protocol);
  }
  throw invalid_parameter("Amazon SNS does not support this protocol string: " + protocol);
}

std::string checked_queue_arn(const Json& input) {
  const auto arn = text(input, "Endpoint").value_or("");
  const auto name = engine::queue_name_of_arn(arn);
  if (!name) throw invalid_parameter("SQS endpoint ARN");
  if (name->ends_with(".fifo")) {
    throw invalid_parameter(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS "
        "topics");
  }
  return arn;
}

}  // namespace

Json subscribe(Services& services, const QueueCall& call) {
  const auto topic = topic_name(call.input);
  const auto protocol = text(call.input, "Protocol");
  if (!protocol) throw is_null("protocol");
  check_protocol(*protocol);
  const auto queue_arn = checked_queue_arn(call.input);
  std::optional<bool> raw;
  if (const auto* attributes = object(call.input, "Attributes")) {
    for (const auto& [name, value] : attributes->items()) {
      raw = raw_delivery(name, value.get<std::string>());
    }
  }

  const auto subscribing =
      services.topics.subscribe(topic, queue_arn, call.caller, raw.value_or(false));
  const auto& subscription = subscribing.subscription;
  if (!subscribing.is_new && raw && *raw != subscription.raw_delivery) {
    throw invalid_parameter(
        "Attributes Reason: Subscription already exists with different attributes");
  }
  return {{"SubscriptionArn", subscription.arn}};
}

}  // namespace api::sns
