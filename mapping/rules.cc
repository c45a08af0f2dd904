#include "mapping/rules.h"

#include "engine/arn.h"
#include "engine/limits.h"
#include "engine/queue/queues.h"
#include "engine/stream/streams.h"
#include "mapping/filter/criteria.h"
#include "mapping/function/function.h"

namespace mapping {

namespace {

void check_filters(const Mapping& mapping) {
  if (mapping.filter_patterns.size() > engine::limits::mapping_filters_max) {
    throw invalid_parameter("FilterCriteria has more than " +
                            std::to_string(engine::limits::mapping_filters_max) + " filters.");
  }
  FilterCriteria::compile(mapping.filter_patterns);
}

void check_metrics(const Mapping& mapping) {
  for (const auto& metric : mapping.metrics) {
    if (metric == "EventCount") continue;
    throw invalid_parameter("Unsupported metric " + metric +
                            " for given event source mapping type.");
  }
}

/// Whether it can be reached is learnt when there is something to send.
void check_destination(const std::string& destination) {
  if (destination.empty()) return;
  const auto arn = engine::Arn::parse(destination);
  const auto service = arn ? arn->service : "";
  if (service != "sqs" && service != "sns" && service != "s3") {
    throw invalid_parameter(
        "DestinationConfig.OnFailure.Destination must be an SQS queue, an SNS topic or an S3 "
        "bucket: " +
        destination);
  }
  if (service != "s3" && arn->resource.ends_with(".fifo")) {
    throw invalid_parameter("FIFO " + std::string(service == "sqs" ? "queues" : "topics") +
                            " are not supported as OnFailure destination: " + destination);
  }
}

void check_stream_members(const Mapping& mapping) {
  const int age = mapping.maximum_record_age_in_seconds;
  if (age >= 0 && age < 60) {
    throw invalid_parameter(
        "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 "
        "(inclusive)");
  }
  if (mapping.parallelization_factor > 1 && mapping.tumbling_window_in_seconds > 0) {
    throw invalid_parameter(
        "ParallelizationFactor must be 1 when TumblingWindowInSeconds is greater than 0");
  }
  check_destination(mapping.on_failure_destination);
}

void check_queue_members(const Mapping& mapping) {
  if (mapping.event_source_arn.ends_with(".fifo")) {
    if (mapping.maximum_batching_window_in_seconds > 0) {
      throw invalid_parameter(
          "Unsupported 'maximumBatchingWindowInSeconds' parameter for given event source mapping "
          "type.");
    }
    if (mapping.batch_size > 10) {
      throw invalid_parameter("1 validation error detected: Value '" +
                              std::to_string(mapping.batch_size) +
                              "' at 'batchSize' failed to satisfy constraint: Member must have "
                              "value less than or equal to 10");
    }
  }
  if (mapping.batch_size > 10 && mapping.maximum_batching_window_in_seconds == 0) {
    throw invalid_parameter(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater "
        "than 10");
  }
}

}  // namespace

engine::ApiError invalid_parameter(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

void check_members(const Mapping& mapping) {
  if (mapping.source_kind() == SourceKind::stream) {
    check_stream_members(mapping);
  } else {
    check_queue_members(mapping);
  }
  check_filters(mapping);
  check_metrics(mapping);
}

StartingPosition position_of(const MappingSpec& spec) {
  if (!spec.starting_position) {
    throw invalid_parameter(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
        "constraint: Member must not be null.");
  }
  const auto position = starting_position_of(*spec.starting_position);
  if (!position) {
    throw invalid_parameter("Unsupported starting position for arn type: " + spec.event_source_arn);
  }
  return *position;
}

void check_source(const Means& means, const Mapping& mapping, engine::Duration function_timeout) {
  const auto& arn = mapping.event_source_arn;
  if (mapping.source_kind() == SourceKind::stream) {
    if (!means.streams.find(arn)) throw invalid_parameter("Stream not found: " + arn);
    return;
  }
  if (!means.queues.find(engine::queue_name_of_arn(arn).value_or(""))) {
    throw invalid_parameter(
        "Error occurred while ReceiveMessage. SQS Error Code: "
        "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not "
        "exist.");
  }
  check_visibility(means, mapping, function_timeout);
}

void check_visibility(const Means& means, const Mapping& mapping,
                      engine::Duration function_timeout) {
  if (mapping.source_kind() != SourceKind::queue) return;
  const auto queue =
      means.queues.find(engine::queue_name_of_arn(mapping.event_source_arn).value_or(""));
  if (!queue || queue->settings.visibility_timeout >= function_timeout) return;
  const auto seconds = [](engine::Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
  };
  throw invalid_parameter(
      "Queue visibility timeout: " + seconds(queue->settings.visibility_timeout) +
      " seconds is less than Function timeout: " + seconds(function_timeout) + " seconds");
}

engine::ApiError duplicate_of(const std::string& uuid, const Mapping& mapping) {
  const auto name = FunctionName::parse(mapping.function_arn).value().name;
  const auto pair =
      "arn (\" " + mapping.event_source_arn + " \") and function (\" " + name + " \")";
  const bool is_stream = mapping.source_kind() == SourceKind::stream;
  return {"ResourceConflictException",
          (is_stream ? "The event source " + pair + " provided mapping already exists."
                     : "An event source mapping with SQS " + pair + " already exists.") +
              " Please update or delete the existing mapping with UUID " + uuid,
          409};
}

void check_tags(const Tags& tags) {
  for (const auto& [key, value] : tags) {
    if (key.starts_with("aws:")) {
      throw invalid_parameter("Tag keys that begin with aws: are reserved: " + key);
    }
  }
  if (tags.size() > engine::limits::tags_max) {
    throw invalid_parameter("Number of tags exceeds resource tag limit.");
  }
}

}  // namespace mapping
