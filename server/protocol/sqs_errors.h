#pragma once

#include <string_view>

namespace server {

/// The Query protocol's name of an SQS error: `AWS.SimpleQueueService.NonExistentQueue` for
/// `QueueDoesNotExist`. The two protocols share the other names.
std::string_view sqs_query_code(std::string_view code);

}  // namespace server
