#include "mapping/mapping.h"

#include <array>
#include <nlohmann/json.hpp>

#include "engine/arn.h"

namespace mapping {

using nlohmann::json;

std::string_view starting_position_name(StartingPosition position) {
  return position == StartingPosition::latest ? "LATEST" : "TRIM_HORIZON";
}

std::optional<StartingPosition> starting_position_of(std::string_view name) {
  if (name == "LATEST") return StartingPosition::latest;
  if (name == "TRIM_HORIZON") return StartingPosition::trim_horizon;
  return std::nullopt;
}

std::string_view state_name(MappingState state) {
  static constexpr std::array<std::string_view, 7> names = {
      "Creating", "Enabling", "Enabled", "Disabling", "Disabled", "Updating", "Deleting"};
  return names.at(static_cast<std::size_t>(state));
}

std::optional<SourceKind> source_kind_of(std::string_view event_source_arn) {
  const auto arn = engine::Arn::parse(event_source_arn);
  if (arn && arn->service == "dynamodb") return SourceKind::stream;
  if (arn && arn->service == "sqs") return SourceKind::queue;
  return std::nullopt;
}

SourceKind Mapping::source_kind() const { return source_kind_of(event_source_arn).value(); }

void Mapping::apply(const MappingSpec& spec) {
  const auto take = [](auto& member, const auto& said) {
    if (said) member = *said;
  };
  take(is_enabled, spec.is_enabled);
  take(batch_size, spec.batch_size);
  take(maximum_batching_window_in_seconds, spec.maximum_batching_window_in_seconds);
  take(parallelization_factor, spec.parallelization_factor);
  take(maximum_retry_attempts, spec.maximum_retry_attempts);
  take(maximum_record_age_in_seconds, spec.maximum_record_age_in_seconds);
  take(bisect_batch_on_function_error, spec.bisect_batch_on_function_error);
  take(tumbling_window_in_seconds, spec.tumbling_window_in_seconds);
  take(function_response_types, spec.function_response_types);
  take(filter_patterns, spec.filter_patterns);
  take(on_failure_destination, spec.on_failure_destination);
  take(kms_key_arn, spec.kms_key_arn);
  take(metrics, spec.metrics);
  take(maximum_concurrency, spec.maximum_concurrency);
}

Policy Mapping::policy(const Backoff& backoff) const {
  Policy policy;
  policy.batch_size = batch_size;
  policy.batching_window = std::chrono::seconds(maximum_batching_window_in_seconds);
  policy.parallelization_factor = parallelization_factor;
  policy.tumbling_window = std::chrono::seconds(tumbling_window_in_seconds);
  policy.maximum_retry_attempts = maximum_retry_attempts;
  if (maximum_record_age_in_seconds >= 0) {
    policy.maximum_record_age = std::chrono::seconds(maximum_record_age_in_seconds);
  }
  policy.bisect_batch_on_function_error = bisect_batch_on_function_error;
  policy.reports_batch_item_failures = reports_batch_item_failures();
  policy.backoff = backoff;
  policy.seed = seed;
  return policy;
}

std::string Mapping::to_document() const {
  const json document = {
      {"uuid", uuid},
      {"arn", arn},
      {"event_source_arn", event_source_arn},
      {"function_arn", function_arn},
      {"starting_position", starting_position_name(starting_position)},
      {"batch_size", batch_size},
      {"maximum_batching_window_in_seconds", maximum_batching_window_in_seconds},
      {"parallelization_factor", parallelization_factor},
      {"maximum_retry_attempts", maximum_retry_attempts},
      {"maximum_record_age_in_seconds", maximum_record_age_in_seconds},
      {"bisect_batch_on_function_error", bisect_batch_on_function_error},
      {"tumbling_window_in_seconds", tumbling_window_in_seconds},
      {"function_response_types", function_response_types},
      {"filter_patterns", filter_patterns},
      {"on_failure_destination", on_failure_destination},
      {"kms_key_arn", kms_key_arn},
      {"metrics", metrics},
      {"maximum_concurrency", maximum_concurrency},
      {"tags", tags},
      {"is_enabled", is_enabled},
      {"has_begun", has_begun},
      {"is_deleted", is_deleted},
      {"seed", seed},
      {"last_modified", engine::epoch_milliseconds(last_modified)},
  };
  return document.dump();
}

Mapping Mapping::from_document(std::string_view bytes) {
  const json document = json::parse(bytes);
  Mapping mapping;
  document.at("uuid").get_to(mapping.uuid);
  document.at("arn").get_to(mapping.arn);
  document.at("event_source_arn").get_to(mapping.event_source_arn);
  document.at("function_arn").get_to(mapping.function_arn);
  mapping.starting_position =
      starting_position_of(document.at("starting_position").get<std::string>()).value();
  document.at("batch_size").get_to(mapping.batch_size);
  document.at("maximum_retry_attempts").get_to(mapping.maximum_retry_attempts);
  document.at("bisect_batch_on_function_error").get_to(mapping.bisect_batch_on_function_error);
  document.at("on_failure_destination").get_to(mapping.on_failure_destination);
  document.at("is_enabled").get_to(mapping.is_enabled);
  document.at("has_begun").get_to(mapping.has_begun);
  document.at("is_deleted").get_to(mapping.is_deleted);
  document.at("seed").get_to(mapping.seed);
  mapping.last_modified =
      engine::from_epoch_milliseconds(document.at("last_modified").get<long long>());

  // Members that documents did not have from the first.
  const auto read = [&document](const char* name, auto& member) {
    const auto found = document.find(name);
    if (found != document.end()) found->get_to(member);
  };
  read("maximum_batching_window_in_seconds", mapping.maximum_batching_window_in_seconds);
  read("parallelization_factor", mapping.parallelization_factor);
  read("maximum_record_age_in_seconds", mapping.maximum_record_age_in_seconds);
  read("tumbling_window_in_seconds", mapping.tumbling_window_in_seconds);
  read("function_response_types", mapping.function_response_types);
  read("filter_patterns", mapping.filter_patterns);
  read("kms_key_arn", mapping.kms_key_arn);
  read("metrics", mapping.metrics);
  read("maximum_concurrency", mapping.maximum_concurrency);
  read("tags", mapping.tags);
  return mapping;
}

}  // namespace mapping
