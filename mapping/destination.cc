#include "mapping/destination.h"

#include <exception>
#include <vector>

#include "engine/bucket/buckets.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"
#include "engine/random.h"
#include "engine/topic/topics.h"

namespace mapping {

namespace limits = engine::limits;

boost::asio::awaitable<std::optional<std::string>> Destinations::send(FailureReport report) {
  std::optional<std::string> problem;
  try {
    problem = deliver(report);
  } catch (const std::exception& error) {
    problem = error.what();
  }
  co_return problem;
}

/// Why nothing can be sent there; nothing if it can.
std::optional<std::string> Destinations::why_not(const std::string& arn) const {
  const auto parsed = engine::Arn::parse(arn);
  if (!parsed) return "It is not an ARN.";
  const auto& name = parsed->resource;
  if (name.ends_with(".fifo")) return "FIFO queues and topics are not supported.";
  if (parsed->service == "sqs") {
    if (!queues_.find(name)) return "The specified queue does not exist.";
  } else if (parsed->service == "sns") {
    if (!topics_.find(name)) return "Topic does not exist";
  } else if (parsed->service == "s3") {
    if (!buckets_.find(name)) return "The specified bucket does not exist";
  } else {
    return "It is not the ARN of a queue, a topic or a bucket.";
  }
  return std::nullopt;
}

std::optional<std::string> Destinations::deliver(const FailureReport& report) {
  const auto& arn = report.destination_arn;
  if (auto problem = why_not(arn)) return problem;
  const auto name = engine::Arn::parse(arn)->resource;
  if (is_bucket_arn(arn)) {
    const auto key = report.object_key(random_.uuid());
    buckets_.put(name, key, report.json_with_payload(), {{"content-type", "application/json"}});
  } else if (engine::topic_name_of_arn(arn)) {
    const std::vector<engine::Publication> publications{{.message = report.json()}};
    if (publications.front().message.size() > limits::notification_bytes_max) {
      return "Invalid parameter: Message too long";
    }
    topics_.publish(name, publications);
  } else {
    const std::vector<engine::NewMessage> messages{{.body = report.json()}};
    const auto bytes_max = queues_.describe(name).settings.message_bytes_max;
    if (messages.front().body.size() > bytes_max) {
      return "One or more parameters are invalid. Reason: Message must be shorter than " +
             std::to_string(bytes_max) + " bytes.";
    }
    queues_.send(name, messages);
  }
  return std::nullopt;
}

}  // namespace mapping
