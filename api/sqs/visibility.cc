#include "api/sqs/visibility.h"

#include "api/sqs/errors.h"
#include "engine/limits.h"

namespace api::sqs {

void change_visibility(engine::Queues& queues, const std::string& queue_name, const Json& entry) {
  const auto handle = required_text(entry, "ReceiptHandle");
  const auto visibility = visibility_timeout(entry);
  if (!visibility) throw missing_parameter("VisibilityTimeout");
  queues.change_visibility(queue_name, handle, *visibility);
}

std::optional<engine::Duration> visibility_timeout(const Json& input) {
  const auto seconds =
      integer_between(input, "VisibilityTimeout", 0, engine::limits::visibility_seconds_max,
                      "Must be >= 0 and <= 43200, if provided.");
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

}  // namespace api::sqs
