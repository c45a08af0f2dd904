#include <algorithm>
#include <cctype>

#include "api/sns/errors.h"
#include "api/sns/input.h"
#include "engine/limits.h"
#include "engine/value/json.h"
#include "engine/value/number.h"

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
namespace api::sns {

namespace {

/// Of a message that has a text for each protocol, the one for queues.
std::string text_for_queues(const std::string& message) {
  const auto by_protocol = Json::parse(message, nullptr, false);
  if (!by_protocol.is_object()) {
    throw invalid_parameter("Message Structure - JSON message body failed to parse");
  }
  const auto default_one = by_protocol.find("default");
  if (default_one == by_protocol.end() || !default_one->is_string()) {
    throw invalid_parameter("Message Structure - No default entry in JSON message body");
  }
  const auto own = by_protocol.find("sqs");
  const bool has_own = own != by_protocol.end() && own->is_string();
  return (has_own ? *own : *default_one).get<std::string>();
}

void check_subject(const std::string& subject) {
  const bool is_plain = std::all_of(subject.begin(), subject.end(),
                                    [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  if (subject.empty() || subject.size() > engine::limits::notification_subject_length_max ||
      subject.front() == ' ' || !is_plain) {
    throw invalid_parameter("Subject");
  }
}

/// What queues take as names; a subscriber gets them as they are.
void check_attribute_name(const std::string& name) {
  const bool is_word = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  });
  const bool is_placed = !name.empty() && name.size() <= 256 && name.front() != '.' &&
                         name.back() != '.' && name.find("..") == std::string::npos;
  if (is_word && is_placed) return;
  throw invalid_parameter(
      "Message attribute names can only contain letters, digits, periods, hyphens and underscores, "
      "and are no longer than 256 characters");
}

engine::MessageAttribute attribute(const std::string& name, const Json& given) {
  check_attribute_name(name);
  const auto data_type = text(given, "DataType").value_or("");
  if (data_type.empty()) {
    throw invalid_attribute(name, "must contain non-empty message attribute type.");
  }
  const auto prefix = data_type.substr(0, data_type.find('.'));
  if (prefix != "String" && prefix != "Number" && prefix != "Binary") {
    throw invalid_attribute(name,
                            "has an invalid message attribute type, the set of supported type "
                            "prefixes is Binary, Number, and String.");
  }
  const auto value = text(given, prefix == "Binary" ? "BinaryValue" : "StringValue").value_or("");
  if (value.empty()) {
    throw invalid_attribute(
        name, "must contain non-empty message attribute value for message attribute type '" +
                  data_type + "'.");
  }
  if (prefix == "Number") {
    try {
      engine::Number::parse(value);
    } catch (const engine::ApiError&) {
      throw engine::ApiError("ParameterValueInvalid",
                             "Could not cast message attribute '" + name + "' value to number.");
    }
  }
  if (prefix != "Binary") return {.data_type = data_type, .value = value};
  auto bytes = engine::decode_base64(value);
  if (!bytes) throw invalid_attribute(name, "has a value that is not base64.");
  return {.data_type = data_type, .value = *std::move(bytes)};
}

void refuse_members_of_fifo_topics(const Json& entry) {
  if (text(entry, "MessageDeduplicationId")) {
    throw invalid_parameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that "
        "is not valid for this topic type");
  }
  // Fair queues share receivers among groups, which this version does not.
  if (text(entry, "MessageGroupId")) throw unsupported("MessageGroupId on a standard topic");
}

}  // namespace

engine::Publication publication(const Json& entry) {
  engine::Publication publication;
  const auto message = text(entry, "Message");
  if (!message) throw is_null("message");
  if (message->empty()) throw invalid_parameter("Empty message");
  refuse_members_of_fifo_topics(entry);
  publication.subject = text(entry, "Subject");
  if (publication.subject) check_subject(*publication.subject);
  if (const auto* attributes = object(entry, "MessageAttributes")) {
    for (const auto& [name, given] : attributes->items()) {
      publication.attributes[name] = attribute(name, given);
    }
  }
  publication.message = *message;
  if (bytes_of(publication) > engine::limits::notification_bytes_max) {
    throw invalid_parameter("Message too long");
  }
  const auto structure = text(entry, "MessageStructure").value_or("");
  if (structure == "json") {
    publication.message = text_for_queues(*message);
  } else if (!structure.empty()) {
    throw invalid_parameter("MessageStructure");
  }
  return publication;
}

std::size_t bytes_of(const engine::Publication& publication) {
  auto bytes = publication.message.size();
  for (const auto& [name, attribute] : publication.attributes) {
    bytes += name.size() + attribute.data_type.size() + attribute.value.size();
  }
  return bytes;
}

}  // namespace api::sns
