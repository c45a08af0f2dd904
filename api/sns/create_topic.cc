// CreateTopic: a new topic, or the one that has its name.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html

#include <algorithm>
#include <cctype>

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "api/sns/topic_attributes.h"
#include "engine/limits.h"
#include "engine/topic/topics.h"

namespace api::sns {

namespace {

void check_name(const std::string& name) {
  const bool is_word = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_';
  });
  if (name.empty() || name.size() > engine::limits::topic_name_length_max || !is_word) {
    throw invalid_parameter("Topic Name");
  }
}

}  // namespace

Json create_topic(Services& services, const QueueCall& call) {
  const auto name = text(call.input, "Name");
  if (!name) throw is_null("name");
  if (text(call.input, "DataProtectionPolicy")) throw unsupported("DataProtectionPolicy");
  engine::TopicDescription wanted;
  const auto* attributes = object(call.input, "Attributes");
  if (attributes) {
    for (const auto& [attribute, value] : attributes->items()) {
      set_attribute(wanted, attribute, value.get<std::string>());
    }
  }
  check_name(*name);
  const auto wanted_tags = tags(call.input);
  if (wanted_tags.size() > engine::limits::topic_tags_max) {
    throw engine::ApiError("TagLimitExceeded",
                           "Could not complete request: tag quota of per "
                           "resource exceeded");
  }

  const auto creation =
      services.topics.create(*name, call.caller, wanted.display_name, wanted_tags);
  if (!creation.is_new) {
    if (attributes && attributes->contains("DisplayName") &&
        creation.topic.display_name != wanted.display_name) {
      throw invalid_parameter("Attributes Reason: Topic already exists with different attributes");
    }
    if (!wanted_tags.empty() && creation.topic.tags != wanted_tags) {
      throw invalid_parameter("Tags Reason: Topic already exists with different tags");
    }
  }
  return {{"TopicArn", creation.topic.arn}};
}

}  // namespace api::sns
