#include "mapping/event/queue_event.h"

#include "engine/arn.h"
#include "engine/clock.h"
#include "engine/value/json.h"
#include "mapping/json_object.h"
#include "mapping/queue/digest.h"

namespace mapping {

namespace {

std::string milliseconds(engine::TimePoint time) {
  return std::to_string(engine::epoch_milliseconds(time));
}

/// In the order of the Developer Guide's example.
void append_attributes(std::string& out, const engine::Message& message) {
  JsonObject members(out);
  members.text("ApproximateReceiveCount", std::to_string(message.receive_count));
  for (const auto& [name, attribute] : message.system_attributes) {
    members.text(name, attribute.value);
  }
  members.text("SentTimestamp", milliseconds(message.sent));
  const bool is_fifo = !message.group_id.empty();
  if (is_fifo) {
    members.text("SequenceNumber", message.sequence_number);
    members.text("MessageGroupId", message.group_id);
  }
  members.text("SenderId", message.sender_id);
  if (is_fifo) members.text("MessageDeduplicationId", message.deduplication_id);
  members.text("ApproximateFirstReceiveTimestamp", milliseconds(message.first_received));
  if (!message.dead_letter_source_arn.empty()) {
    members.text("DeadLetterQueueSourceArn", message.dead_letter_source_arn);
  }
  members.end();
}

void append_message_attributes(std::string& out, const engine::MessageAttributes& attributes) {
  JsonObject members(out);
  for (const auto& [name, attribute] : attributes) {
    JsonObject entry(members.value(name));
    if (attribute.is_binary()) {
      auto& value = entry.value("binaryValue");
      value += '"';
      engine::append_base64(value, attribute.value);
      value += '"';
    } else {
      entry.text("stringValue", attribute.value);
    }
    entry.raw("stringListValues", "[]");
    entry.raw("binaryListValues", "[]");
    entry.text("dataType", attribute.data_type);
    entry.end();
  }
  members.end();
}

}  // namespace

std::string render(const QueueEventForm& form, const engine::Message& message) {
  std::string out;
  out.reserve(message.body.size() + 1024);
  JsonObject members(out);
  members.text("messageId", message.id);
  members.text("receiptHandle", message.receipt_handle);
  members.text("body", message.body);
  append_attributes(members.value("attributes"), message);
  append_message_attributes(members.value("messageAttributes"), message.attributes);
  if (!message.attributes.empty()) {
    members.text("md5OfMessageAttributes", md5_of_attributes(message.attributes));
  } else if (form.has_batching_window) {
    members.raw("md5OfMessageAttributes", "null");
  }
  members.text("md5OfBody", md5(message.body));
  members.text("eventSource", "aws:sqs");
  members.text("eventSourceARN", form.queue_arn);
  const auto arn = engine::Arn::parse(form.queue_arn);
  members.text("awsRegion", arn ? arn->region : "");
  members.end();
  return out;
}

}  // namespace mapping
