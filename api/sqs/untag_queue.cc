// UntagQueue: removes tags; those that are not there are no error.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json untag_queue(Services& services, const QueueCall& call) {
  const auto keys = texts(call.input, "TagKeys");
  services.queues.update(queue_name(call.input), [&](engine::QueueDescription& queue) {
    for (const auto& key : keys) queue.tags.erase(key);
  });
  return Json::object();
}

}  // namespace api::sqs
