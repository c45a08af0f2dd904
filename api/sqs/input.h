#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

/// Reads the members of a request. A member that is null is not there; one of a wrong type is a
/// SerializationException.
namespace api::sqs {

using Json = nlohmann::json;

/// Null if it is not there.
const Json* member(const Json& input, const char* name);
std::optional<std::string> text(const Json& input, const char* name);
/// Errors: MissingRequiredParameterException, also where it is empty.
std::string required_text(const Json& input, const char* name);
std::optional<long long> integer(const Json& input, const char* name);
/// Errors: as `integer`, and InvalidParameterValueException with `reason` outside the bounds.
std::optional<long long> integer_between(const Json& input, const char* name, long long min,
                                         long long max, const std::string& reason);
std::vector<std::string> texts(const Json& input, const char* name);
/// Null if it is not there.
const Json* object(const Json& input, const char* name);

/// The queue that `QueueUrl` names; whatever else the URL says, its last part is the name.
std::string queue_name(const Json& input);
/// The member `QueueName`. Errors: InvalidParameterValueException where there is none.
std::string queue_name_to_find(const Json& input);
/// `http://<host>/<account>/<name>`
std::string queue_url(const std::string& host, const std::string& account, const std::string& name);

}  // namespace api::sqs
