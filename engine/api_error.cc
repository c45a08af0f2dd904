#include "engine/api_error.h"

namespace engine {

ApiError validation_error(std::string message) {
  return {"ValidationException", std::move(message)};
}

ApiError invalid_parameter_values(const std::string& message) {
  return validation_error("One or more parameter values were invalid: " + message);
}

ApiError serialization_error(std::string message) {
  return {"SerializationException", std::move(message)};
}

ApiError resource_not_found(const std::string& what) {
  return {"ResourceNotFoundException", "Requested resource not found" + what};
}

ApiError stream_not_found(std::string_view arn) {
  return resource_not_found(": Stream: " + std::string(arn) + " not found");
}

ApiError shard_not_found() { return resource_not_found(": Shard does not exist"); }

ApiError resource_in_use(std::string message) {
  return {"ResourceInUseException", std::move(message)};
}

ApiError conditional_check_failed() {
  return {"ConditionalCheckFailedException", "The conditional request failed"};
}

ApiError item_collection_too_large() {
  return {"ItemCollectionSizeLimitExceededException", "Collection size exceeded."};
}

ApiError transaction_conflict() {
  return {"TransactionConflictException", "Transaction is ongoing for the item"};
}

ApiError not_supported(const std::string& what) {
  return validation_error(what + " is not supported by this version of Dynamill");
}

}  // namespace engine
