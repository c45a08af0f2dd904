#pragma once

#include <string>
#include <string_view>

#include "engine/api_error.h"

/// What SQS says no with. Codes are those of the JSON protocol.
namespace api::sqs {

engine::ApiError queue_does_not_exist();
/// `Value <value> for parameter <name> is invalid. Reason: <reason>`
engine::ApiError invalid_parameter(const std::string& value, const std::string& name,
                                   const std::string& reason);
engine::ApiError invalid_parameter(std::string message);
/// `The request must contain the parameter <name>.`
engine::ApiError missing_parameter(const std::string& name);
engine::ApiError receipt_handle_is_invalid(const std::string& handle);
engine::ApiError unknown_attribute(const std::string& name);
engine::ApiError invalid_attribute_value(const std::string& name);
engine::ApiError invalid_attribute_value(const std::string& name, const std::string& reason);
/// For a parameter that the other type of queue knows.
engine::ApiError wrong_queue_type(const std::string& value, const std::string& name);
/// For what this version does not do: UnsupportedOperation, with its name.
engine::ApiError unsupported(const std::string& what);

/// The code of the Query protocol, which also stands in batch results and in the header
/// `x-amzn-query-error` of a JSON answer: `AWS.SimpleQueueService.NonExistentQueue` for
/// `QueueDoesNotExist`.
std::string query_code(std::string_view json_code);
/// The `__type` of a JSON answer: `com.amazonaws.sqs#QueueDoesNotExist`.
std::string json_type(std::string_view json_code);

}  // namespace api::sqs
