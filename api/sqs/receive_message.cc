// ReceiveMessage: up to ten messages, which others do not see for a while; waits for the first.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/message_attributes.h"
#include "api/sqs/operations.h"
#include "api/sqs/visibility.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"
#include "mapping/queue/arrivals.h"
#include "mapping/queue/digest.h"

namespace api::sqs {

namespace {

namespace limits = engine::limits;

struct Request {
  std::string queue_name;
  std::size_t limit = 1;
  std::optional<engine::Duration> visibility;
  engine::Duration wait{0};
  std::vector<std::string> system_attribute_names;
  std::vector<std::string> attribute_names;
};

Request decode(const Json& input, const engine::Queues& queues) {
  Request request;
  const auto queue = queues.describe(queue_name(input));
  request.queue_name = queue.name;
  const auto limit = integer_between(input, "MaxNumberOfMessages", 1, limits::receive_messages_max,
                                     "Must be between 1 and 10, if provided.");
  request.limit = static_cast<std::size_t>(limit.value_or(1));
  request.visibility = visibility_timeout(input);
  const auto wait = integer_between(input, "WaitTimeSeconds", 0, limits::receive_wait_seconds_max,
                                    "Must be >= 0 and <= 20, if provided.");
  request.wait = wait ? std::chrono::seconds(*wait) : queue.settings.receive_wait;
  if (const auto id = text(input, "ReceiveRequestAttemptId")) {
    if (queue.settings.fifo) throw unsupported("ReceiveRequestAttemptId");
    throw wrong_queue_type(*id, "ReceiveRequestAttemptId");
  }
  request.attribute_names = texts(input, "MessageAttributeNames");
  request.system_attribute_names = texts(input, "MessageSystemAttributeNames");
  for (auto& name : texts(input, "AttributeNames")) {
    request.system_attribute_names.push_back(std::move(name));
  }
  return request;
}

Json system_attributes(const engine::Message& message, const std::vector<std::string>& names) {
  const auto milliseconds = [](engine::TimePoint time) {
    return std::to_string(engine::epoch_milliseconds(time));
  };
  Json all{{"SenderId", message.sender_id},
           {"SentTimestamp", milliseconds(message.sent)},
           {"ApproximateFirstReceiveTimestamp", milliseconds(message.first_received)},
           {"ApproximateReceiveCount", std::to_string(message.receive_count)}};
  for (const auto& [name, attribute] : message.system_attributes) all[name] = attribute.value;
  if (!message.dead_letter_source_arn.empty()) {
    all["DeadLetterQueueSourceArn"] = message.dead_letter_source_arn;
  }
  if (!message.group_id.empty()) {
    all["MessageGroupId"] = message.group_id;
    all["MessageDeduplicationId"] = message.deduplication_id;
    all["SequenceNumber"] = message.sequence_number;
  }

  Json found = Json::object();
  for (const auto& name : names) {
    if (name == "All") return all;
    if (all.contains(name)) found[name] = all[name];
  }
  return found;
}

Json encode(const engine::Message& message, const Request& request) {
  Json json{{"MessageId", message.id},
            {"ReceiptHandle", message.receipt_handle},
            {"MD5OfBody", mapping::md5(message.body)},
            {"Body", message.body}};
  const auto system = system_attributes(message, request.system_attribute_names);
  if (!system.empty()) json["Attributes"] = system;
  // The checksum is of those that are told, not of those that were sent.
  const auto attributes = selected(message.attributes, request.attribute_names);
  if (!attributes.empty()) {
    json["MessageAttributes"] = attributes_json(attributes);
    json["MD5OfMessageAttributes"] = mapping::md5_of_attributes(attributes);
  }
  return json;
}

std::vector<engine::Message> receive(engine::Queues& queues, const Request& request) {
  try {
    return queues.receive(request.queue_name, request.limit, request.visibility);
  } catch (const engine::ApiError& error) {
    // With too many messages in flight a long poll waits like one that found nothing.
    if (error.code == "OverLimit" && request.wait > engine::Duration::zero()) return {};
    throw;
  }
}

}  // namespace

boost::asio::awaitable<Json> receive_message(Services& services, QueueCall call) {
  const Request request = decode(call.input, services.queues);
  mapping::Arrivals::Waiter waiter(services.arrivals, request.queue_name, request.wait);
  auto messages = receive(services.queues, request);
  while (messages.empty()) {
    const auto next = services.queues.next_visible(request.queue_name);
    const bool goes_on = co_await waiter.wait(next);
    if (!goes_on) break;
    messages = receive(services.queues, request);
  }

  Json output = Json::object();
  for (const auto& message : messages) output["Messages"].push_back(encode(message, request));
  co_return output;
}

}  // namespace api::sqs
