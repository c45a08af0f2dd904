// TagQueue: adds tags, or gives them another value.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/tags.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json tag_queue(Services& services, const QueueCall& call) {
  const auto added = tags(call.input, "Tags");
  services.queues.update(queue_name(call.input), [&](engine::QueueDescription& queue) {
    for (const auto& [key, value] : added) queue.tags[key] = value;
    if (queue.tags.size() > engine::limits::queue_tags_max) {
      throw invalid_parameter("Too many tags added for queue " + queue.name + ".");
    }
  });
  return Json::object();
}

}  // namespace api::sqs
