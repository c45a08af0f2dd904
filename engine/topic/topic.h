#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/queue/message.h"

namespace engine {

struct TopicDescription {
  std::string name;
  std::string arn;
  std::string account;
  std::string display_name;
  std::map<std::string, std::string> tags;
  TimePoint created{};
};

/// A queue that gets what is published to a topic.
struct Subscription {
  std::string arn;  ///< The topic's, a colon, a UUID.
  std::string topic_arn;
  std::string account;
  std::string queue_arn;
  bool raw_delivery = false;  ///< The message itself, and not a notification around it.
};

/// What a publisher hands over.
struct Publication {
  std::string message;
  std::optional<std::string> subject = std::nullopt;
  MessageAttributes attributes = {};
};

/// The message of a queue for one publication, of which several subscriptions get one each.
struct Notification {
  std::string message_id;
  TimePoint time{};
  Publication publication;
};

/// The JSON around a message, as SNS draws it.
std::string notification_json(const Notification& notification, const Subscription& subscription);
/// What the queue gets: the JSON, or the message with its attributes.
NewMessage message_for(const Notification& notification, const Subscription& subscription);

/// The name in `arn:aws:sns:<region>:<account>:<name>`; nothing if it is no such ARN, or one of a
/// subscription.
std::optional<std::string> topic_name_of_arn(std::string_view arn);

}  // namespace engine
