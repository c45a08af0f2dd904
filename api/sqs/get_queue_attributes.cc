// GetQueueAttributes: how the queue is set and how many messages it has.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/queue_attributes.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json get_queue_attributes(Services& services, const QueueCall& call) {
  const auto name = queue_name(call.input);
  const auto found = attributes_of(services.queues.describe(name), services.queues.counts(name),
                                   texts(call.input, "AttributeNames"));
  if (found.empty()) return Json::object();
  return {{"Attributes", found}};
}

}  // namespace api::sqs
