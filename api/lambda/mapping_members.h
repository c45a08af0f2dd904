#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace api::lambda {

/// What CreateEventSourceMapping and UpdateEventSourceMapping say; absent members are nothing.
struct MappingMembers {
  std::optional<std::string> event_source_arn;   ///< Create only.
  std::optional<std::string> starting_position;  ///< Create only.
  std::optional<std::string> function_name;
  std::optional<bool> is_enabled;
  std::optional<int> batch_size;
  std::optional<int> maximum_retry_attempts;
  std::optional<bool> bisect_batch_on_function_error;
  std::optional<std::string> on_failure_destination;  ///< Empty: none.
};

enum class MappingCall { create, update };

/// Reads what the model allows. Throws `ApiError`: SerializationException, or ValidationException
/// for every constraint that does not hold.
MappingMembers read_mapping_members(const nlohmann::json& body, MappingCall call);

/// Refuses, by name, what mappings on DynamoDB streams do not have, and what is not built yet. A
/// member at its default is accepted.
void refuse_other_members(const nlohmann::json& body, const MappingMembers& members);

}  // namespace api::lambda
