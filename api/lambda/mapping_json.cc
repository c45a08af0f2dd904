#include "api/lambda/mapping_json.h"

namespace api::lambda {

namespace {

using mapping::Mapping;

/// What streams have and queues do not.
void add_stream_members(const mapping::MappingView& view, Json& json) {
  const Mapping& mapping = view.mapping;
  Json on_failure = Json::object();
  if (!mapping.on_failure_destination.empty()) {
    on_failure["Destination"] = mapping.on_failure_destination;
  }
  json["BisectBatchOnFunctionError"] = mapping.bisect_batch_on_function_error;
  json["DestinationConfig"]["OnFailure"] = std::move(on_failure);
  json["LastProcessingResult"] = view.last_processing_result;
  json["MaximumRecordAgeInSeconds"] = mapping.maximum_record_age_in_seconds;
  json["MaximumRetryAttempts"] = mapping.maximum_retry_attempts;
  json["ParallelizationFactor"] = mapping.parallelization_factor;
  json["StartingPosition"] = mapping::starting_position_name(mapping.starting_position);
  json["TumblingWindowInSeconds"] = mapping.tumbling_window_in_seconds;
}

/// Members that are there only once they were given.
void add_optional_members(const Mapping& mapping, Json& json) {
  for (const auto& pattern : mapping.filter_patterns) {
    json["FilterCriteria"]["Filters"].push_back({{"Pattern", pattern}});
  }
  if (!mapping.kms_key_arn.empty()) json["KMSKeyArn"] = mapping.kms_key_arn;
  if (!mapping.metrics.empty()) json["MetricsConfig"]["Metrics"] = mapping.metrics;
  if (mapping.maximum_concurrency != 0) {
    json["ScalingConfig"]["MaximumConcurrency"] = mapping.maximum_concurrency;
  }
}

}  // namespace

Json mapping_json(const mapping::MappingView& view) {
  const Mapping& mapping = view.mapping;
  const bool has_stream = mapping.source_kind() == mapping::SourceKind::stream;
  Json json = {
      {"BatchSize", mapping.batch_size},
      {"EventSourceArn", mapping.event_source_arn},
      {"EventSourceMappingArn", mapping.arn},
      {"FunctionArn", mapping.function_arn},
      {"FunctionResponseTypes", mapping.function_response_types},
      {"LastModified",
       static_cast<double>(engine::epoch_milliseconds(mapping.last_modified)) / 1000},
      {"MaximumBatchingWindowInSeconds", mapping.maximum_batching_window_in_seconds},
      {"State", mapping::state_name(view.state)},
      {"StateTransitionReason", has_stream ? "User action" : "USER_INITIATED"},
      {"UUID", mapping.uuid},
  };
  if (has_stream) add_stream_members(view, json);
  add_optional_members(mapping, json);
  return json;
}

}  // namespace api::lambda
