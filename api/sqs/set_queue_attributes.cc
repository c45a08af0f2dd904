// SetQueueAttributes: how the queue behaves from now on.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/queue_attributes.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json set_queue_attributes(Services& services, const QueueCall& call) {
  const auto name = queue_name(call.input);
  const auto* given = object(call.input, "Attributes");
  auto settings = services.queues.describe(name).settings;
  if (!given) throw missing_parameter("Attributes");
  // Checked first, and outside: a redrive policy looks at other queues.
  apply_attributes(*given, services.queues, settings);
  services.queues.update(name, [&](engine::QueueDescription& queue) { queue.settings = settings; });
  return Json::object();
}

}  // namespace api::sqs
