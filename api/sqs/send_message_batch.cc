// SendMessageBatch: up to ten messages; each is accepted or refused by itself.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html

#include "api/sqs/batch.h"
#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/sending.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace api::sqs {

namespace {

void check_bytes(std::size_t bytes) {
  if (bytes <= engine::limits::message_bytes_max) return;
  throw engine::ApiError("BatchRequestTooLong",
                         "Batch requests cannot be longer than " +
                             std::to_string(engine::limits::message_bytes_max) +
                             " bytes. You have sent " + std::to_string(bytes) + " bytes.");
}

}  // namespace

Json send_message_batch(Services& services, const QueueCall& call) {
  const auto queue = services.queues.describe(queue_name(call.input));
  BatchAnswer answer;
  std::vector<std::string> entry_ids;
  std::vector<engine::NewMessage> messages;
  std::size_t bytes = 0;
  for (const auto& entry : batch_entries(call.input, "SendMessageBatchRequestEntry")) {
    const auto id = entry["Id"].get<std::string>();
    try {
      messages.push_back(new_message(entry, queue, call.caller));
      entry_ids.push_back(id);
      bytes += bytes_of(messages.back());
    } catch (const engine::ApiError& error) {
      answer.failed(id, error);
      bytes += text(entry, "MessageBody").value_or("").size();
    }
  }
  check_bytes(bytes);

  if (!messages.empty()) {
    const auto sent = services.queues.send(queue.name, messages);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      answer.succeeded(entry_ids[i], sent_json(messages[i], sent[i]));
    }
  }
  return answer.json();
}

}  // namespace api::sqs
