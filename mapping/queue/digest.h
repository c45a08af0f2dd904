#pragma once

#include <string>
#include <string_view>

#include "engine/queue/message.h"

/// What tells one content from another, in lower-case hexadecimal digits.
namespace mapping {

std::string md5(std::string_view bytes);
/// As SDKs compute it too, to compare:
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
std::string md5_of_attributes(const engine::MessageAttributes& attributes);

std::string sha256(std::string_view bytes);

}  // namespace mapping
