#pragma once

#include <string>

#include "api/sqs/input.h"
#include "engine/queue/queues.h"

namespace api::sqs {

/// As the members `ReceiptHandle` and `VisibilityTimeout` of a request, or of an entry of a batch,
/// say. Errors: ReceiptHandleIsInvalid, InvalidParameterValueException,
/// MissingRequiredParameterException.
void change_visibility(engine::Queues& queues, const std::string& queue_name, const Json& entry);

/// The member `VisibilityTimeout`, in its bounds.
std::optional<engine::Duration> visibility_timeout(const Json& input);

}  // namespace api::sqs
