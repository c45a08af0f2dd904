#pragma once

#include <map>
#include <optional>
#include <string>

#include "api/sqs/input.h"
#include "engine/topic/topic.h"

/// Reads the members of a request.
namespace api::sns {

using sqs::Json;
using sqs::member;
using sqs::object;
using sqs::text;
using sqs::texts;

/// The ARN in the member `name` (`TopicArn`). Errors: ValidationError, InvalidParameter.
std::string required_arn(const Json& input, const char* name);
/// The name of the topic that the ARN in the member means. Errors: as `required_arn`; NotFound if
/// it is no ARN of a topic.
std::string topic_name(const Json& input, const char* name = "TopicArn");
/// `true` and `false`, in any case. Errors: InvalidParameter.
bool boolean(const std::string& value, const std::string& name);
std::map<std::string, std::string> tags(const Json& input);

/// Lists come in pages of 100: `NextToken` holds the last name of the page before.
std::string after_token(const Json& input);
std::string token_after(const std::string& last);
/// The page of `found`, which has one more if there are others.
template <typename List, typename Describe, typename Name>
Json page(const List& found, const char* member, Describe describe, Name name) {
  constexpr std::size_t size = 100;
  Json output{{member, Json::array()}};
  for (std::size_t i = 0; i < found.size() && i < size; ++i) {
    output[member].push_back(describe(found[i]));
  }
  if (found.size() > size) output["NextToken"] = token_after(name(found[size - 1]));
  return output;
}

/// What is published, of a request or of an entry of a batch. Errors: InvalidParameter,
/// ValidationError, ParameterValueInvalid.
engine::Publication publication(const Json& entry);
/// What counts against the limits of messages and batches.
std::size_t bytes_of(const engine::Publication& publication);

Json subscription_json(const engine::Subscription& subscription);

}  // namespace api::sns
