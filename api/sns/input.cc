#include "api/sns/input.h"

#include <algorithm>
#include <cctype>

#include "api/sns/errors.h"
#include "engine/arn.h"
#include "engine/limits.h"
#include "engine/value/json.h"

namespace api::sns {

std::string required_arn(const Json& input, const char* name) {
  const auto arn = text(input, name).value_or("");
  if (arn.empty()) {
    std::string member(name);
    member[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(member[0])));
    throw is_null(member);
  }
  const auto elements = 1 + std::count(arn.begin(), arn.end(), ':');
  if (elements < 6) {
    throw invalid_parameter(std::string(name) + " Reason: An ARN must have at least 6 elements, " +
                            "not " + std::to_string(elements));
  }
  if (!engine::Arn::parse(arn)) throw invalid_parameter(name);
  return arn;
}

std::string topic_name(const Json& input, const char* name) {
  const auto arn = required_arn(input, name);
  const auto topic = engine::topic_name_of_arn(arn);
  if (!topic) throw invalid_parameter(name);
  return *topic;
}

bool boolean(const std::string& value, const std::string& name) {
  std::string lower = value;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "true") return true;
  if (lower == "false") return false;
  throw invalid_parameter(name + " Reason: Invalid value [" + value + "]. Must be true or false.");
}

std::map<std::string, std::string> tags(const Json& input) {
  std::map<std::string, std::string> found;
  const auto* given = object(input, "Tags");
  if (!given) return found;
  for (const auto& [key, value] : given->items()) {
    found[key] = value.get<std::string>();
    if (key.empty() || key.size() > engine::limits::tag_key_length_max) {
      throw invalid_parameter("Tag keys must be between 1 and 128 characters in length");
    }
    if (found[key].size() > engine::limits::tag_value_length_max) {
      throw invalid_parameter("Tag values must be between 0 and 256 characters in length");
    }
  }
  return found;
}

std::string after_token(const Json& input) {
  const auto token = text(input, "NextToken").value_or("");
  auto last = engine::decode_base64(token);
  if (!last) throw invalid_parameter("NextToken");
  return *std::move(last);
}

std::string token_after(const std::string& last) {
  std::string token;
  engine::append_base64(token, last);
  return token;
}

Json subscription_json(const engine::Subscription& subscription) {
  return {{"SubscriptionArn", subscription.arn},
          {"Owner", subscription.account},
          {"Protocol", "sqs"},
          {"Endpoint", subscription.queue_arn},
          {"TopicArn", subscription.topic_arn}};
}

}  // namespace api::sns
