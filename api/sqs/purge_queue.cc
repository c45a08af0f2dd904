// PurgeQueue: removes every message, at once.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json purge_queue(Services& services, const QueueCall& call) {
  services.queues.purge(queue_name(call.input));
  return Json::object();
}

}  // namespace api::sqs
