#include "api/sns/topic_attributes.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/sns/errors.h"
#include "engine/limits.h"

// https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
namespace api::sns {

namespace {

// What AWS has and this version does not honour.
constexpr auto attributes_of_topics = std::to_array<std::string_view>({
    "ApplicationFailureFeedbackRoleArn",
    "ApplicationSuccessFeedbackRoleArn",
    "ApplicationSuccessFeedbackSampleRate",
    "ArchivePolicy",
    "BeginningArchiveTime",
    "ContentBasedDeduplication",
    "DataProtectionPolicy",
    "DeliveryPolicy",
    "FifoThroughputScope",
    "FifoTopic",
    "FirehoseFailureFeedbackRoleArn",
    "FirehoseSuccessFeedbackRoleArn",
    "FirehoseSuccessFeedbackSampleRate",
    "HTTPFailureFeedbackRoleArn",
    "HTTPSuccessFeedbackRoleArn",
    "HTTPSuccessFeedbackSampleRate",
    "KmsMasterKeyId",
    "LambdaFailureFeedbackRoleArn",
    "LambdaSuccessFeedbackRoleArn",
    "LambdaSuccessFeedbackSampleRate",
    "Policy",
    "SQSFailureFeedbackRoleArn",
    "SQSSuccessFeedbackRoleArn",
    "SQSSuccessFeedbackSampleRate",
    "SignatureVersion",
    "TracingConfig",
});
constexpr auto attributes_of_subscriptions = std::to_array<std::string_view>({
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
});

template <typename Names>
[[noreturn]] void refuse(const Names& unsupported_ones, const std::string& name) {
  const bool is_known =
      std::find(unsupported_ones.begin(), unsupported_ones.end(), name) != unsupported_ones.end();
  if (is_known) throw unsupported("The attribute " + name);
  throw invalid_parameter("AttributeName");
}

}  // namespace

void set_attribute(engine::TopicDescription& topic, const std::string& name,
                   const std::string& value) {
  // `false` asks for what every topic of this version is.
  if (name == "FifoTopic" && value == "false") return;
  if (name != "DisplayName") refuse(attributes_of_topics, name);
  if (value.size() > engine::limits::display_name_length_max) {
    throw invalid_parameter("DisplayName");
  }
  topic.display_name = value;
}

Json attributes_of(const engine::TopicDescription& topic, std::size_t subscriptions) {
  return {{"TopicArn", topic.arn},
          {"Owner", topic.account},
          {"DisplayName", topic.display_name},
          {"SubscriptionsConfirmed", std::to_string(subscriptions)},
          {"SubscriptionsPending", "0"},
          {"SubscriptionsDeleted", "0"}};
}

bool raw_delivery(const std::string& name, const std::string& value) {
  if (name != "RawMessageDelivery") refuse(attributes_of_subscriptions, name);
  return boolean(value, "Attributes Reason: RawMessageDelivery");
}

}  // namespace api::sns
