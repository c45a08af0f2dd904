// SendMessage: one message into a queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html

#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/sending.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json send_message(Services& services, const QueueCall& call) {
  const auto queue = services.queues.describe(queue_name(call.input));
  const std::vector<engine::NewMessage> messages{new_message(call.input, queue, call.caller)};
  const auto sent = services.queues.send(queue.name, messages);
  return sent_json(messages.front(), sent.front());
}

}  // namespace api::sqs
