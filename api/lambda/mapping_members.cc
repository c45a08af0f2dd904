#include "api/lambda/mapping_members.h"

#include <algorithm>
#include <string_view>

#include "engine/arn.h"

namespace api::lambda {

namespace {

using mapping::SourceKind;

std::optional<int> int_of(const Json& body, const char* name) {
  const auto value = integer_of(body, name);
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::vector<std::string>> list_of_texts(const Json& body, const char* name) {
  const auto* list = list_of(body, name);
  if (list == nullptr) return std::nullopt;
  return list->get<std::vector<std::string>>();
}

/// `FilterCriteria` without filters takes them all away. A filter without a pattern wants anything.
std::optional<std::vector<std::string>> patterns_of(const Json& body) {
  const auto* criteria = object_of(body, "FilterCriteria");
  if (criteria == nullptr) return std::nullopt;
  std::vector<std::string> patterns;
  if (const auto* filters = list_of(*criteria, "Filters")) {
    for (const auto& filter : *filters) {
      patterns.push_back(text_of(filter, "Pattern").value_or("{}"));
    }
  }
  return patterns;
}

/// DestinationConfig is replaced as a whole.
std::optional<std::string> destination_of(const Json& body) {
  const auto* config = object_of(body, "DestinationConfig");
  if (config == nullptr) return std::nullopt;
  const auto* on_failure = object_of(*config, "OnFailure");
  if (on_failure == nullptr) return "";
  return text_of(*on_failure, "Destination").value_or("");
}

bool is_empty(const Json& value) {
  if (value.is_null()) return true;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return value.is_structured() && std::all_of(value.begin(), value.end(), is_empty);
}

bool says_something(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found != body.end() && !is_empty(*found);
}

void refuse(const Json& body, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (!says_something(body, name)) continue;
    std::string shown = name;
    shown[0] = static_cast<char>(shown[0] | 0x20);
    throw invalid_parameter("Unsupported '" + shown +
                            "' parameter for given event source mapping type.");
  }
}

}  // namespace

mapping::MappingSpec read_mapping_spec(const Json& body) {
  mapping::MappingSpec spec;
  spec.event_source_arn = text_of(body, "EventSourceArn").value_or("");
  spec.function_name = text_of(body, "FunctionName");
  spec.is_enabled = boolean_of(body, "Enabled");
  spec.starting_position = text_of(body, "StartingPosition");
  spec.batch_size = int_of(body, "BatchSize");
  spec.maximum_batching_window_in_seconds = int_of(body, "MaximumBatchingWindowInSeconds");
  spec.parallelization_factor = int_of(body, "ParallelizationFactor");
  spec.maximum_retry_attempts = int_of(body, "MaximumRetryAttempts");
  spec.maximum_record_age_in_seconds = int_of(body, "MaximumRecordAgeInSeconds");
  spec.bisect_batch_on_function_error = boolean_of(body, "BisectBatchOnFunctionError");
  spec.tumbling_window_in_seconds = int_of(body, "TumblingWindowInSeconds");
  spec.function_response_types = list_of_texts(body, "FunctionResponseTypes");
  spec.filter_patterns = patterns_of(body);
  spec.on_failure_destination = destination_of(body);
  spec.kms_key_arn = text_of(body, "KMSKeyArn");
  if (const auto* config = object_of(body, "MetricsConfig")) {
    spec.metrics = list_of_texts(*config, "Metrics").value_or(std::vector<std::string>());
  }
  if (const auto* config = object_of(body, "ScalingConfig")) {
    spec.maximum_concurrency = int_of(*config, "MaximumConcurrency").value_or(0);
  }
  if (const auto* tags = object_of(body, "Tags")) spec.tags = tags->get<mapping::Tags>();
  return spec;
}

SourceKind check_source(const Json& body) {
  const auto text = text_of(body, "EventSourceArn").value_or("");
  if (const auto kind = mapping::source_kind_of(text)) return *kind;
  if (says_something(body, "SelfManagedEventSource")) throw refused("SelfManagedEventSource");
  const auto arn = engine::Arn::parse(text);
  for (const auto* known : {"kinesis", "kafka", "mq", "rds"}) {
    if (!arn || arn->service != known) continue;
    throw refused("EventSourceArn: an event source of the service " + arn->service);
  }
  throw invalid_parameter("Unrecognized event source.");
}

void refuse_other_members(const Json& body, SourceKind kind) {
  const auto* destinations = object_of(body, "DestinationConfig");
  const bool has_on_success =
      destinations != nullptr && object_of(*destinations, "OnSuccess") != nullptr;
  if (has_on_success || (kind == SourceKind::queue && says_something(body, "DestinationConfig"))) {
    throw invalid_parameter(
        "Unsupported DestinationConfig parameter for given event source mapping type.");
  }
  refuse(body, {"Topics", "Queues", "SourceAccessConfigurations", "SelfManagedEventSource",
                "AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig",
                "DocumentDBEventSourceConfig", "LoggingConfig"});
  // AT_TIMESTAMP itself is refused in other words.
  if (text_of(body, "StartingPosition").value_or("") != "AT_TIMESTAMP") {
    refuse(body, {"StartingPositionTimestamp"});
  }
  if (kind == SourceKind::stream) return refuse(body, {"ScalingConfig", "ProvisionedPollerConfig"});
  refuse(body,
         {"StartingPosition", "ParallelizationFactor", "MaximumRetryAttempts",
          "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "TumblingWindowInSeconds"});
  if (says_something(body, "ProvisionedPollerConfig")) throw refused("ProvisionedPollerConfig");
}

}  // namespace api::lambda
