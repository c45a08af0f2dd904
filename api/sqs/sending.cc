#include "api/sqs/sending.h"

#include <algorithm>

#include "api/sqs/errors.h"
#include "api/sqs/message_attributes.h"
#include "engine/limits.h"
#include "mapping/queue/digest.h"

namespace api::sqs {

namespace {

// The characters of the API Reference: letters, digits and these, which are ASCII's that print.
void check_fifo_id(const std::string& id, const std::string& name) {
  const bool is_printed =
      std::all_of(id.begin(), id.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (is_printed && !id.empty() && id.size() <= engine::limits::message_group_id_length_max) return;
  throw invalid_parameter(
      id, name,
      name + " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
}

void take_fifo_members(engine::NewMessage& message, const Json& entry,
                       const engine::FifoSettings& settings) {
  if (message.delay.value_or(engine::Duration::zero()) > engine::Duration::zero()) {
    throw wrong_queue_type(std::to_string(*integer(entry, "DelaySeconds")), "DelaySeconds");
  }
  message.delay.reset();
  message.group_id = required_text(entry, "MessageGroupId");
  check_fifo_id(message.group_id, "MessageGroupId");
  if (auto id = text(entry, "MessageDeduplicationId")) {
    check_fifo_id(*id, "MessageDeduplicationId");
    message.deduplication_id = *std::move(id);
  } else if (settings.deduplicates_by_content) {
    message.deduplication_id = mapping::sha256(message.body);
  } else {
    throw invalid_parameter(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
        "provided explicitly");
  }
}

void refuse_fifo_members(const Json& entry) {
  if (const auto id = text(entry, "MessageDeduplicationId")) {
    throw invalid_parameter(*id, "MessageDeduplicationId",
                            "The request includes a parameter that is not valid for this queue "
                            "type.");
  }
  // Fair queues share receivers among groups, which this version does not.
  if (text(entry, "MessageGroupId")) throw unsupported("MessageGroupId on a standard queue");
}

}  // namespace

engine::NewMessage new_message(const Json& entry, const engine::QueueDescription& queue,
                               const engine::Caller& caller) {
  engine::NewMessage message;
  message.body = required_text(entry, "MessageBody");
  message.sender_id = caller.account;
  const auto delay =
      integer_between(entry, "DelaySeconds", 0, engine::limits::message_delay_seconds_max,
                      "DelaySeconds must be >= 0 and <= 900.");
  if (delay) message.delay = std::chrono::seconds(*delay);
  check_characters(message.body);
  message.attributes = message_attributes(entry);
  message.system_attributes = message_system_attributes(entry);

  if (queue.settings.fifo) {
    take_fifo_members(message, entry, *queue.settings.fifo);
  } else {
    refuse_fifo_members(entry);
  }

  if (bytes_of(message) > queue.settings.message_bytes_max) {
    throw invalid_parameter(
        "One or more parameters are invalid. Reason: Message must be shorter "
        "than " +
        std::to_string(queue.settings.message_bytes_max) + " bytes.");
  }
  return message;
}

std::size_t bytes_of(const engine::NewMessage& message) {
  return message.body.size() + bytes_of(message.attributes);
}

Json sent_json(const engine::NewMessage& message, const engine::SentMessage& sent) {
  Json json{{"MessageId", sent.id}, {"MD5OfMessageBody", mapping::md5(message.body)}};
  if (!message.attributes.empty()) {
    json["MD5OfMessageAttributes"] = mapping::md5_of_attributes(message.attributes);
  }
  if (!message.system_attributes.empty()) {
    json["MD5OfMessageSystemAttributes"] = mapping::md5_of_attributes(message.system_attributes);
  }
  if (!sent.sequence_number.empty()) json["SequenceNumber"] = sent.sequence_number;
  return json;
}

}  // namespace api::sqs
