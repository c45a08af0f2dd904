#include "api/lambda/mapping_json.h"

namespace api::lambda {

nlohmann::json mapping_json(const mapping::MappingView& view) {
  using nlohmann::json;
  const auto& mapping = view.mapping;
  json on_failure = json::object();
  if (!mapping.on_failure_destination.empty()) {
    on_failure["Destination"] = mapping.on_failure_destination;
  }
  return {
      {"BatchSize", mapping.batch_size},
      {"BisectBatchOnFunctionError", mapping.bisect_batch_on_function_error},
      {"DestinationConfig", {{"OnFailure", std::move(on_failure)}}},
      {"EventSourceArn", mapping.event_source_arn},
      {"EventSourceMappingArn", mapping.arn},
      {"FunctionArn", mapping.function_arn},
      {"FunctionResponseTypes", json::array()},
      {"LastModified",
       static_cast<double>(engine::epoch_milliseconds(mapping.last_modified)) / 1000},
      {"LastProcessingResult", view.last_processing_result},
      {"MaximumBatchingWindowInSeconds", 0},
      {"MaximumRecordAgeInSeconds", -1},
      {"MaximumRetryAttempts", mapping.maximum_retry_attempts},
      {"ParallelizationFactor", 1},
      {"StartingPosition", mapping::starting_position_name(mapping.starting_position)},
      {"State", mapping::state_name(view.state)},
      {"StateTransitionReason", "User action"},
      {"TumblingWindowInSeconds", 0},
      {"UUID", mapping.uuid},
  };
}

}  // namespace api::lambda
