// ListTopics: by name, 100 a page.
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html

#include "api/sns/operations.h"
#include "engine/limits.h"
#include "engine/topic/topics.h"

namespace api::sns {

Json list_topics(Services& services, const QueueCall& call) {
  const auto found =
      services.topics.list(after_token(call.input), engine::limits::list_topics_max + 1);
  return page(
      found, "Topics",
      [](const auto& topic) {
        return Json{{"TopicArn", topic.arn}};
      },
      [](const auto& topic) { return topic.name; });
}

}  // namespace api::sns
