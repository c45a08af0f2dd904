#include "api/sqs/queue_attributes.h"

#include <charconv>
#include <functional>
#include <optional>
#include <set>
#include <string_view>

#include "api/sqs/errors.h"
#include "engine/limits.h"
#include "engine/value/json_nesting.h"

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
namespace api::sqs {

namespace {

namespace limits = engine::limits;
using engine::QueueSettings;

std::optional<long long> number_in(std::string_view text) {
  long long number = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

struct NumberAttribute {
  long long min;
  long long max;
  std::function<void(QueueSettings&, long long)> set;
  std::function<long long(const QueueSettings&)> get;
};

NumberAttribute seconds_attribute(engine::Duration QueueSettings::*setting, long long min,
                                  long long max) {
  return {.min = min,
          .max = max,
          .set = [=](QueueSettings& settings,
                     long long value) { settings.*setting = std::chrono::seconds(value); },
          .get = [=](const QueueSettings& settings) -> long long {
            return std::chrono::duration_cast<std::chrono::seconds>(settings.*setting).count();
          }};
}

const std::map<std::string, NumberAttribute>& number_attributes() {
  static const std::map<std::string, NumberAttribute> attributes{
      {"DelaySeconds",
       seconds_attribute(&QueueSettings::delay, 0, limits::message_delay_seconds_max)},
      {"MessageRetentionPeriod",
       seconds_attribute(&QueueSettings::retention, limits::message_retention_seconds_min,
                         limits::message_retention_seconds_max)},
      {"ReceiveMessageWaitTimeSeconds",
       seconds_attribute(&QueueSettings::receive_wait, 0, limits::receive_wait_seconds_max)},
      {"VisibilityTimeout",
       seconds_attribute(&QueueSettings::visibility_timeout, 0, limits::visibility_seconds_max)},
      {"MaximumMessageSize",
       {.min = limits::message_bytes_min,
        .max = limits::message_bytes_max,
        .set =
            [](QueueSettings& settings, long long value) {
              settings.message_bytes_max = static_cast<std::size_t>(value);
            },
        .get =
            [](const QueueSettings& settings) {
              return static_cast<long long>(settings.message_bytes_max);
            }}},
  };
  return attributes;
}

// Attributes of AWS that this version does not honour, each with the value that asks for nothing.
const std::map<std::string, std::string>& unsupported_attributes() {
  static const std::map<std::string, std::string> attributes{
      {"Policy", ""},
      {"KmsMasterKeyId", ""},
      {"KmsDataKeyReusePeriodSeconds", ""},
      {"RedriveAllowPolicy", ""},
      {"SqsManagedSseEnabled", "false"},
  };
  return attributes;
}

/// An attribute that says one of two things.
struct FifoAttribute {
  std::string_view no;
  std::string_view yes;
  bool engine::FifoSettings::*setting;
};

const std::map<std::string, FifoAttribute>& fifo_attributes() {
  static const std::map<std::string, FifoAttribute> attributes{
      {"ContentBasedDeduplication",
       {"false", "true", &engine::FifoSettings::deduplicates_by_content}},
      {"DeduplicationScope",
       {"queue", "messageGroup", &engine::FifoSettings::deduplicates_per_group}},
      {"FifoThroughputLimit",
       {"perQueue", "perMessageGroupId", &engine::FifoSettings::has_throughput_per_group}},
  };
  return attributes;
}

void apply_fifo_attribute(const std::string& name, const std::string& value,
                          QueueSettings& settings) {
  if (!settings.fifo && name == "ContentBasedDeduplication") throw unknown_attribute(name);
  if (!settings.fifo) {
    throw engine::ApiError("InvalidAttributeName",
                           "You can specify the " + name + " only when FifoQueue is set to true.");
  }
  const auto& attribute = fifo_attributes().at(name);
  if (value != attribute.no && value != attribute.yes) throw invalid_attribute_value(name);
  (*settings.fifo).*attribute.setting = value == attribute.yes;
}

/// The type of a queue is decided by CreateQueue, before its other attributes.
void check_type(const std::string& value, const QueueSettings& settings) {
  if (value != "true" && value != "false") throw invalid_attribute_value("FifoQueue");
  if (!settings.fifo && value == "false") throw unknown_attribute("FifoQueue");
  if (settings.fifo.has_value() == (value == "true")) return;
  throw invalid_attribute_value("FifoQueue", "Modifying queue type is not supported.");
}

const std::set<std::string> told_attributes{
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "FifoQueue",
    "LastModifiedTimestamp",
    "QueueArn",
    "RedrivePolicy",
};

std::optional<engine::RedrivePolicy> redrive_policy(const std::string& text,
                                                    const engine::Queues& queues, bool is_fifo) {
  if (text.empty()) return std::nullopt;
  const auto refuse = [&](const std::string& reason) {
    throw invalid_parameter(text, "RedrivePolicy", reason);
  };
  const auto policy = engine::is_nested_too_deep(text) ? Json() : Json::parse(text, nullptr, false);
  if (!policy.is_object()) refuse("Redrive policy is not a valid JSON map.");
  for (const auto* name : {"deadLetterTargetArn", "maxReceiveCount"}) {
    if (member(policy, name)) continue;
    refuse(std::string("Redrive policy does not contain mandatory attribute: ") + name + ".");
  }

  const auto& count = policy["maxReceiveCount"];
  const auto count_text = count.is_string() ? count.get<std::string>() : count.dump();
  const auto receives_max = number_in(count_text);
  if (!receives_max || *receives_max < 1 || *receives_max > limits::redrive_receives_max) {
    refuse("Invalid value for maxReceiveCount: " + count_text +
           ", valid values are from 1 to 1000 both inclusive.");
  }

  const auto& arn = policy["deadLetterTargetArn"];
  const auto name =
      arn.is_string() ? engine::queue_name_of_arn(arn.get<std::string>()) : std::nullopt;
  if (!name) refuse("Invalid value for deadLetterTargetArn.");
  const auto target = queues.find(*name);
  if (!target) refuse("Dead letter target does not exist.");
  if (target->settings.fifo.has_value() != is_fifo) {
    refuse("Dead-letter queue must be same type of queue as the source.");
  }
  return engine::RedrivePolicy{.dead_letter_arn = arn.get<std::string>(),
                               .receives_max = static_cast<std::uint32_t>(*receives_max)};
}

std::string redrive_text(const engine::RedrivePolicy& policy) {
  return "{\"deadLetterTargetArn\":" + Json(policy.dead_letter_arn).dump() +
         ",\"maxReceiveCount\":" + std::to_string(policy.receives_max) + "}";
}

void apply_attribute(const std::string& name, const std::string& value,
                     const engine::Queues& queues, QueueSettings& settings) {
  if (const auto found = number_attributes().find(name); found != number_attributes().end()) {
    const auto& attribute = found->second;
    const auto number = number_in(value);
    if (!number || *number < attribute.min || *number > attribute.max) {
      throw invalid_attribute_value(name);
    }
    attribute.set(settings, *number);
  } else if (name == "RedrivePolicy") {
    settings.redrive = redrive_policy(value, queues, settings.fifo.has_value());
  } else if (name == "FifoQueue") {
    check_type(value, settings);
  } else if (fifo_attributes().contains(name)) {
    apply_fifo_attribute(name, value, settings);
  } else if (const auto unsupported_one = unsupported_attributes().find(name);
             unsupported_one != unsupported_attributes().end()) {
    if (value != unsupported_one->second) throw unsupported("The attribute " + name);
  } else {
    throw unknown_attribute(name);
  }
}

std::string value_of(const Json& attributes, const std::string& name) {
  return text(attributes, name.c_str()).value_or("");
}

Json all_attributes(const engine::QueueDescription& queue, const engine::QueueCounts& counts) {
  Json all{
      {"QueueArn", queue.arn},
      {"ApproximateNumberOfMessages", std::to_string(counts.visible)},
      {"ApproximateNumberOfMessagesNotVisible", std::to_string(counts.in_flight)},
      {"ApproximateNumberOfMessagesDelayed", std::to_string(counts.delayed)},
      {"CreatedTimestamp", std::to_string(engine::epoch_seconds(queue.created))},
      {"LastModifiedTimestamp", std::to_string(engine::epoch_seconds(queue.modified))},
      {"SqsManagedSseEnabled", "false"},
  };
  for (const auto& [name, attribute] : number_attributes()) {
    all[name] = std::to_string(attribute.get(queue.settings));
  }
  if (const auto& fifo = queue.settings.fifo) {
    all["FifoQueue"] = "true";
    for (const auto& [name, attribute] : fifo_attributes()) {
      all[name] = (*fifo).*attribute.setting ? attribute.yes : attribute.no;
    }
  }
  if (queue.settings.redrive) all["RedrivePolicy"] = redrive_text(*queue.settings.redrive);
  return all;
}

bool is_attribute(const std::string& name) {
  return number_attributes().contains(name) || unsupported_attributes().contains(name) ||
         fifo_attributes().contains(name) || told_attributes.contains(name);
}

}  // namespace

void apply_attributes(const Json& attributes, const engine::Queues& queues,
                      QueueSettings& settings) {
  for (const auto& [name, value] : attributes.items()) {
    apply_attribute(name, value_of(attributes, name), queues, settings);
  }
  const auto& fifo = settings.fifo;
  if (fifo && fifo->has_throughput_per_group && !fifo->deduplicates_per_group) {
    throw invalid_attribute_value("FifoThroughputLimit",
                                  "The perMessageGroupId value is allowed only when the value for "
                                  "DeduplicationScope is messageGroup.");
  }
}

std::string different_attribute(const Json& attributes, const engine::Queues& queues,
                                const QueueSettings& settings) {
  for (const auto& [name, value] : attributes.items()) {
    QueueSettings changed = settings;
    apply_attribute(name, value_of(attributes, name), queues, changed);
    if (changed != settings) return name;
  }
  return "";
}

Json attributes_of(const engine::QueueDescription& queue, const engine::QueueCounts& counts,
                   const std::vector<std::string>& names) {
  const Json all = all_attributes(queue, counts);
  Json found = Json::object();
  for (const auto& name : names) {
    if (name == "All") {
      found = all;
    } else if (!is_attribute(name)) {
      throw unknown_attribute(name);
    } else if (all.contains(name)) {
      found[name] = all[name];
    }
  }
  return found;
}

}  // namespace api::sqs
