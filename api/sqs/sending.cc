#include "api/sqs/sending.h"

#include <algorithm>

#include "api/sqs/errors.h"
#include "api/sqs/md5.h"
#include "api/sqs/message_attributes.h"
#include "engine/limits.h"

namespace api::sqs {

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

  if (const auto id = text(entry, "MessageDeduplicationId")) {
    throw invalid_parameter(*id, "MessageDeduplicationId",
                            "The request includes a parameter that is not valid for this queue "
                            "type.");
  }
  // Fair queues share receivers among groups, which this version does not.
  if (text(entry, "MessageGroupId")) throw unsupported("MessageGroupId on a standard queue");

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

Json sent_json(const engine::NewMessage& message, const std::string& id) {
  Json json{{"MessageId", id}, {"MD5OfMessageBody", md5(message.body)}};
  if (!message.attributes.empty()) {
    json["MD5OfMessageAttributes"] = md5_of_attributes(message.attributes);
  }
  if (!message.system_attributes.empty()) {
    json["MD5OfMessageSystemAttributes"] = md5_of_attributes(message.system_attributes);
  }
  return json;
}

}  // namespace api::sqs
