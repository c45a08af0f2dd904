// CreateQueue: a new queue, or the one that has its name and these attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html

#include <algorithm>
#include <cctype>

#include "api/sqs/errors.h"
#include "api/sqs/input.h"
#include "api/sqs/operations.h"
#include "api/sqs/queue_attributes.h"
#include "api/sqs/tags.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"

namespace api::sqs {

namespace {

constexpr std::string_view fifo_suffix = ".fifo";

bool is_word(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

void check_name(std::string_view name) {
  if (is_word(name) && name.size() <= engine::limits::queue_name_length_max) return;
  throw invalid_parameter(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
}

void check_fifo_name(std::string_view name) {
  const bool ends_well = name.ends_with(fifo_suffix) && name.size() > fifo_suffix.size();
  if (ends_well && is_word(name.substr(0, name.size() - fifo_suffix.size())) &&
      name.size() <= engine::limits::queue_name_length_max) {
    return;
  }
  throw invalid_parameter(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, "
      "must end with .fifo suffix and be 1 to 80 in length.");
}

}  // namespace

Json create_queue(Services& services, const QueueCall& call) {
  const auto name = queue_name_to_find(call.input);
  const auto* given = object(call.input, "Attributes");
  const Json attributes = given ? *given : Json::object();
  engine::QueueSettings settings;
  if (text(attributes, "FifoQueue") == "true") {
    check_fifo_name(name);
    settings.fifo.emplace();
  } else {
    check_name(name);
  }
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
