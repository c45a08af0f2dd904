#include "engine/topic/topic.h"

#include "engine/arn.h"
#include "engine/time_text.h"
#include "engine/value/json.h"

namespace engine {

namespace {

void append_member(std::string& json, std::string_view name, std::string_view value) {
  json.append(json.empty() ? "{\n  \"" : ",\n  \"").append(name).append("\" : ");
  append_json_string(json, value);
}

void append_attributes(std::string& json, const MessageAttributes& attributes) {
  json += ",\n  \"MessageAttributes\" : {";
  const char* separator = "\n    ";
  for (const auto& [name, attribute] : attributes) {
    json += separator;
    separator = ",\n    ";
    append_json_string(json, name);
    json += " : {\"Type\":";
    append_json_string(json, attribute.data_type);
    json += ",\"Value\":";
    if (attribute.is_binary()) {
      json += '"';
      append_base64(json, attribute.value);
      json += '"';
    } else {
      append_json_string(json, attribute.value);
    }
    json += '}';
  }
  json += "\n  }";
}

/// As base64 `not signed`: there is no key of AWS here.
constexpr std::string_view no_signature = "bm90IHNpZ25lZA==";

}  // namespace

std::string notification_json(const Notification& notification, const Subscription& subscription) {
  const auto& publication = notification.publication;
  const auto region = Arn::parse(subscription.topic_arn).value_or(Arn{}).region;
  const auto host = "https://sns." + region + ".amazonaws.com/";
  std::string json;
  append_member(json, "Type", "Notification");
  append_member(json, "MessageId", notification.message_id);
  append_member(json, "TopicArn", subscription.topic_arn);
  if (publication.subject) append_member(json, "Subject", *publication.subject);
  append_member(json, "Message", publication.message);
  append_member(json, "Timestamp", iso_milliseconds(notification.time) + "Z");
  append_member(json, "SignatureVersion", "1");
  append_member(json, "Signature", no_signature);
  append_member(json, "SigningCertURL", host + "SimpleNotificationService.pem");
  append_member(json, "UnsubscribeURL",
                host + "?Action=Unsubscribe&SubscriptionArn=" + subscription.arn);
  if (!publication.attributes.empty()) append_attributes(json, publication.attributes);
  return json += "\n}";
}

NewMessage message_for(const Notification& notification, const Subscription& subscription) {
  if (!subscription.raw_delivery) return {.body = notification_json(notification, subscription)};
  return {.body = notification.publication.message,
          .attributes = notification.publication.attributes};
}

std::optional<std::string> topic_name_of_arn(std::string_view arn) {
  const auto parsed = Arn::parse(arn);
  if (!parsed || parsed->service != "sns") return std::nullopt;
  if (parsed->resource.find(':') != std::string::npos) return std::nullopt;
  return parsed->resource;
}

}  // namespace engine
