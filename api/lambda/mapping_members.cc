#include "api/lambda/mapping_members.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "api/lambda/constraints.h"
#include "engine/arn.h"
#include "mapping/function/function.h"

namespace api::lambda {

namespace {

using nlohmann::json;

// Patterns and bounds: Lambda API Reference, CreateEventSourceMapping. Only the texts are AWS's;
// what they say is looked at more plainly.
constexpr std::string_view arn_pattern =
    "arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-"
    "\\d{1})?:(\\d{12})?:(.*)";
constexpr std::string_view destination_pattern =
    "$|kafka://"
    "([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-"
    "z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)";
constexpr std::string_view function_name_pattern =
    "(arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:|("
    "("
    "(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?))(function:)?([a-zA-Z0-9-"
    "_"
    "\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

bool is_arn(std::string_view text) {
  const auto arn = engine::Arn::parse(text);
  return arn && arn->partition.starts_with("aws") && !arn->service.empty();
}

void read_function_name(Members& members, MappingMembers& read, MappingCall call) {
  read.function_name = members.text("FunctionName");
  if (!read.function_name) {
    if (call == MappingCall::create) members.refuse_null("functionName");
    return;
  }
  const auto& name = *read.function_name;
  if (name.empty()) {
    members.refuse(name, "functionName", "Member must have length greater than or equal to 1");
  }
  members.need_length_max(name, "functionName", 256);
  if (!mapping::FunctionName::parse(name)) {
    members.refuse(
        name, "functionName",
        "Member must satisfy regular expression pattern: " + std::string(function_name_pattern));
  }
}

void read_source(Members& members, MappingMembers& read) {
  read.event_source_arn = members.text("EventSourceArn");
  if (read.event_source_arn && !is_arn(*read.event_source_arn)) {
    members.refuse(*read.event_source_arn, "eventSourceArn",
                   "Member must satisfy regular expression pattern: " + std::string(arn_pattern));
  }
  read.starting_position = members.text("StartingPosition");
  static constexpr std::array<std::string_view, 3> positions = {"LATEST", "AT_TIMESTAMP",
                                                                "TRIM_HORIZON"};
  if (read.starting_position &&
      std::find(positions.begin(), positions.end(), *read.starting_position) == positions.end()) {
    members.refuse(*read.starting_position, "startingPosition",
                   "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]");
  }
}

void read_destination(Members& members, MappingMembers& read) {
  const auto* config = members.structure("DestinationConfig");
  if (config == nullptr) return;
  read.on_failure_destination = "";  // The configuration is replaced as a whole.
  const auto* on_failure = Members(*config).structure("OnFailure");
  if (on_failure == nullptr) return;
  const auto destination = Members(*on_failure).text("Destination").value_or("");
  constexpr std::string_view path = "destinationConfig.onFailure.destination";
  members.need_length_max(destination, path, 350);
  if (!destination.empty() && !is_arn(destination) && !destination.starts_with("kafka://")) {
    members.refuse(
        destination, path,
        "Member must satisfy regular expression pattern: " + std::string(destination_pattern));
  }
  read.on_failure_destination = destination;
}

/// Members that have a range, and the default that is all we do with them as yet.
struct Knob {
  const char* name;
  int min;
  int max;
  int only;
};
constexpr Knob knobs[] = {
    {"MaximumBatchingWindowInSeconds", 0, 300, 0},
    {"ParallelizationFactor", 1, 10, 1},
    {"MaximumRecordAgeInSeconds", -1, 604'800, -1},
    {"TumblingWindowInSeconds", 0, 900, 0},
};

void read_response_types(Members& members) {
  const auto* types = members.list("FunctionResponseTypes");
  if (types == nullptr) return;
  constexpr std::string_view path = "functionResponseTypes";
  if (types->size() > 1) {
    members.refuse(types->dump(), path, "Member must have length less than or equal to 1");
  }
  for (const auto& type : *types) {
    if (type == "ReportBatchItemFailures") continue;
    const auto text = type.is_string() ? type.get<std::string>() : type.dump();
    members.refuse("[" + text + "]", path,
                   "Member must satisfy constraint: [Member must satisfy enum value set: "
                   "[ReportBatchItemFailures]]");
  }
}

bool is_empty(const json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.get<std::string>().empty();
  if (value.is_object()) {
    return std::all_of(value.begin(), value.end(),
                       [](const json& inner) { return is_empty(inner); });
  }
  return value.is_array() && value.empty();
}

bool says_something(const json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && !is_empty(*found);
}

void refuse_destination(const std::string& destination) {
  if (destination.empty()) return;
  const auto arn = engine::Arn::parse(destination);
  if (!arn || (arn->service != "sqs" && arn->service != "sns" && arn->service != "s3")) {
    throw refused(
        "DestinationConfig.OnFailure.Destination other than an SQS queue, an SNS topic or an S3 "
        "bucket");
  }
  if (arn->resource.ends_with(".fifo")) {
    throw invalid_parameter("FIFO queues are not supported as OnFailure destination: " +
                            destination);
  }
}

}  // namespace

MappingMembers read_mapping_members(const json& body, MappingCall call) {
  Members members(body);
  MappingMembers read;
  if (call == MappingCall::create) read_source(members, read);
  read_function_name(members, read, call);
  read.is_enabled = members.boolean("Enabled");
  read.batch_size = members.integer("BatchSize", 1, 10'000);
  read.bisect_batch_on_function_error = members.boolean("BisectBatchOnFunctionError");
  read.maximum_retry_attempts = members.integer("MaximumRetryAttempts", -1, 10'000);
  for (const auto& knob : knobs) members.integer(knob.name, knob.min, knob.max);
  read_destination(members, read);
  read_response_types(members);
  members.check();
  return read;
}

void refuse_other_members(const json& body, const MappingMembers& members) {
  const auto config = body.find("DestinationConfig");
  if (config != body.end() && config->is_object() && config->contains("OnSuccess") &&
      !config->at("OnSuccess").is_null()) {
    throw invalid_parameter(
        "Unsupported DestinationConfig parameter for given event source mapping type.");
  }
  for (const auto* name :
       {"Topics", "Queues", "SourceAccessConfigurations", "SelfManagedEventSource",
        "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig",
        "DocumentDBEventSourceConfig", "StartingPositionTimestamp", "ScalingConfig",
        "ProvisionedPollerConfig", "LoggingConfig"}) {
    if (!says_something(body, name)) continue;
    throw invalid_parameter("Unsupported '" + lower_camel(name) +
                            "' parameter for given event source mapping type.");
  }
  const auto age = Members(body).integer("MaximumRecordAgeInSeconds", -1, 604'800);
  if (age && *age >= 0 && *age < 60) {
    throw invalid_parameter(
        "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 "
        "(inclusive)");
  }
  for (const auto& knob : knobs) {
    const auto value = Members(body).integer(knob.name, knob.min, knob.max);
    if (value && *value != knob.only) {
      throw refused(std::string(knob.name) + " other than " + std::to_string(knob.only));
    }
  }
  for (const auto* name :
       {"FilterCriteria", "FunctionResponseTypes", "KMSKeyArn", "MetricsConfig", "Tags"}) {
    if (says_something(body, name)) throw refused(name);
  }
  refuse_destination(members.on_failure_destination.value_or(""));
}

}  // namespace api::lambda
