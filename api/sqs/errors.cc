#include "api/sqs/errors.h"

#include <algorithm>
#include <array>

namespace api::sqs {

namespace {

struct Code {
  std::string_view json;
  std::string_view query;
};

// The errors of the service's model, with the trait `awsQueryError` where they have it.
constexpr auto modeled = std::to_array<Code>({
    {"BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"},
    {"BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"},
    {"EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"},
    {"InvalidAddress", "InvalidAddress"},
    {"InvalidAttributeName", "InvalidAttributeName"},
    {"InvalidAttributeValue", "InvalidAttributeValue"},
    {"InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"},
    {"InvalidIdFormat", "InvalidIdFormat"},
    {"InvalidMessageContents", "InvalidMessageContents"},
    {"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"},
    {"OverLimit", "OverLimit"},
    {"PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"},
    {"QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"},
    {"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"},
    {"QueueNameExists", "QueueAlreadyExists"},
    {"ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"},
    {"RequestThrottled", "RequestThrottled"},
    {"ResourceNotFoundException", "ResourceNotFoundException"},
    {"TooManyEntriesInBatchRequest", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"},
    {"UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"},
});

constexpr auto common = std::to_array<Code>({
    {"InvalidParameterValueException", "InvalidParameterValue"},
    {"MissingRequiredParameterException", "MissingParameter"},
    {"SerializationException", "MalformedInput"},
    {"UnknownOperationException", "InvalidAction"},
    {"InternalServerError", "InternalError"},
});

template <typename Codes>
const Code* find(const Codes& codes, std::string_view json_code) {
  const auto found = std::find_if(codes.begin(), codes.end(),
                                  [&](const Code& code) { return code.json == json_code; });
  return found == codes.end() ? nullptr : &*found;
}

}  // namespace

engine::ApiError queue_does_not_exist() {
  return {"QueueDoesNotExist", "The specified queue does not exist."};
}

engine::ApiError invalid_parameter(const std::string& value, const std::string& name,
                                   const std::string& reason) {
  return invalid_parameter("Value " + value + " for parameter " + name +
                           " is invalid. Reason: " + reason);
}

engine::ApiError invalid_parameter(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

engine::ApiError missing_parameter(const std::string& name) {
  return {"MissingRequiredParameterException",
          "The request must contain the parameter " + name + "."};
}

engine::ApiError receipt_handle_is_invalid(const std::string& handle) {
  return {"ReceiptHandleIsInvalid",
          "The input receipt handle \"" + handle + "\" is not a valid receipt handle.", 404};
}

engine::ApiError unknown_attribute(const std::string& name) {
  return {"InvalidAttributeName", "Unknown Attribute " + name + "."};
}

engine::ApiError invalid_attribute_value(const std::string& name) {
  return {"InvalidAttributeValue", "Invalid value for the parameter " + name + "."};
}

engine::ApiError invalid_attribute_value(const std::string& name, const std::string& reason) {
  return {"InvalidAttributeValue",
          "Invalid value for the parameter " + name + ". Reason: " + reason};
}

engine::ApiError wrong_queue_type(const std::string& value, const std::string& name) {
  return invalid_parameter(value, name,
                           "The request include parameter that is not valid for this queue type.");
}

engine::ApiError unsupported(const std::string& what) {
  return {"UnsupportedOperation", what + " is not supported by this version of Dynamill"};
}

std::string query_code(std::string_view json_code) {
  if (const auto* code = find(modeled, json_code)) return std::string(code->query);
  if (const auto* code = find(common, json_code)) return std::string(code->query);
  return std::string(json_code);
}

std::string json_type(std::string_view json_code) {
  const bool is_modeled = find(modeled, json_code) != nullptr;
  return std::string(is_modeled ? "com.amazonaws.sqs#" : "com.amazon.coral.service#")
      .append(json_code);
}

}  // namespace api::sqs
