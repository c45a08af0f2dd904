// DeleteMessage: a receiver is done with it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json delete_message(Services& services, const QueueCall& call) {
  const auto name = queue_name(call.input);
  const std::vector<std::string> handles{required_text(call.input, "ReceiptHandle")};
  if (!services.queues.remove_messages(name, handles).front()) {
    throw receipt_handle_is_invalid(handles.front());
  }
  return Json::object();
}

}  // namespace api::sqs
