// ChangeMessageVisibilityBatch: the same for up to ten messages.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html

#include "api/sqs/batch.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/visibility.h"
#include "engine/queue/queues.h"

namespace api::sqs {

Json change_message_visibility_batch(Services& services, const QueueCall& call) {
  const auto name = services.queues.describe(queue_name(call.input)).name;
  BatchAnswer answer;
  for (const auto& entry : batch_entries(call.input, "ChangeMessageVisibilityBatchRequestEntry")) {
    const auto id = entry["Id"].get<std::string>();
    try {
      change_visibility(services.queues, name, entry);
      answer.succeeded(id);
    } catch (const engine::ApiError& error) {
      answer.failed(id, error);
    }
  }
  return answer.json();
}

}  // namespace api::sqs
