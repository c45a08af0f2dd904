// GetQueueUrl: where the queue of this name is.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json get_queue_url(Services& services, const QueueCall& call) {
  const auto queue = services.queues.describe(queue_name_to_find(call.input));
  return {{"QueueUrl", queue_url(call.host, queue.account, queue.name)}};
}

}  // namespace api::sqs
