#include "mapping/mapping.h"

#include <array>
#include <nlohmann/json.hpp>

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

Policy Mapping::policy(const Backoff& backoff) const {
  Policy policy;
  policy.batch_size = batch_size;
  policy.maximum_retry_attempts = maximum_retry_attempts;
  policy.bisect_batch_on_function_error = bisect_batch_on_function_error;
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
      {"maximum_retry_attempts", maximum_retry_attempts},
      {"bisect_batch_on_function_error", bisect_batch_on_function_error},
      {"on_failure_destination", on_failure_destination},
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
  return mapping;
}

}  // namespace mapping
