// DeleteQueue: with everything in it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json delete_queue(Services& services, const QueueCall& call) {
  services.queues.remove(queue_name(call.input));
  return Json::object();
}

}  // namespace api::sqs
