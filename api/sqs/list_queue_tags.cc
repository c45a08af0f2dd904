// ListQueueTags: all of them.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json list_queue_tags(Services& services, const QueueCall& call) {
  const auto queue = services.queues.describe(queue_name(call.input));
  if (queue.tags.empty()) return Json::object();
  return {{"Tags", queue.tags}};
}

}  // namespace api::sqs
