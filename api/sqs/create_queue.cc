// CreateQueue: a new queue, or the one that has its name and these attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/queue_attributes.h"
#include "api/sqs/tags.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace api::sqs {

namespace {

void check_name(const std::string& name) {
  const bool is_word = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
  if (!is_word || name.size() > engine::limits::queue_name_length_max) {
    throw invalid_parameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
}

}  // namespace

Json create_queue(Services& services, const QueueCall& call) {
  const auto name = queue_name_to_find(call.input);
  const auto* given = object(call.input, "Attributes");
  const Json attributes = given ? *given : Json::object();
  if (text(attributes, "FifoQueue") == "true") throw unsupported("A FIFO queue");
  check_name(name);
  engine::QueueSettings settings;
  apply_attributes(attributes, services.queues, settings);

  const auto creation =
      services.queues.create(name, call.caller, settings, tags(call.input, "tags"));
  if (!creation.is_new) {
    const auto different =
        different_attribute(attributes, services.queues, creation.queue.settings);
    if (!different.empty()) {
      throw engine::ApiError("QueueNameExists",
                             "A queue already exists with the same name and a different value for "
                             "attribute " +
                                 different);
    }
  }
  return {{"QueueUrl", queue_url(call.host, creation.queue.account, name)}};
}

}  // namespace api::sqs
