// DeleteMessageBatch: up to ten messages a receiver is done with.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html

#include "api/sqs/batch.h"
#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json delete_message_batch(Services& services, const QueueCall& call) {
  const auto name = queue_name(call.input);
  const auto entries = batch_entries(call.input, "DeleteMessageBatchRequestEntry");
  std::vector<std::string> handles;
  for (const auto& entry : entries) {
    handles.push_back(text(entry, "ReceiptHandle").value_or(""));
  }
  const auto are_valid = services.queues.remove_messages(name, handles);

  BatchAnswer answer;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto id = entries[i]["Id"].get<std::string>();
    if (are_valid[i]) {
      answer.succeeded(id);
    } else if (handles[i].empty()) {
      answer.failed(id, missing_parameter("ReceiptHandle"));
    } else {
      answer.failed(id, receipt_handle_is_invalid(handles[i]));
    }
  }
  return answer.json();
}

}  // namespace api::sqs
