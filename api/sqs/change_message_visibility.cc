// ChangeMessageVisibility: how long a received message stays hidden, from now on.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/visibility.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json change_message_visibility(Services& services, const QueueCall& call) {
  const auto name = services.queues.describe(queue_name(call.input)).name;
  change_visibility(services.queues, name, call.input);
  return Json::object();
}

}  // namespace api::sqs
