// UpdateTableReplicaAutoScaling: the auto scaling of a table, its indexes and its replicas. Kept
// and shown; nothing is scaled.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html

#include <algorithm>
#include <climits>

#include "api/dynamodb/auto_scaling.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/arn.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

const Input& input = input_of("dynamodb", "UpdateTableReplicaAutoScaling");

/// `AutoScalingSettingsUpdate` into the description of what there is.
void apply_settings(JsonView update, Json& settings) {
  if (settings.is_null()) settings = Json::object();
  for (const auto* const name :
       {"MinimumUnits", "MaximumUnits", "AutoScalingDisabled", "AutoScalingRoleArn"}) {
    if (const auto given = member_of(update, name)) {
      settings[name] = Json::parse(simdjson::minify(*given));
    }
  }
  if (settings.value("MinimumUnits", 1LL) > settings.value("MaximumUnits", LLONG_MAX)) {
    throw engine::validation_error("MinimumUnits must not be greater than MaximumUnits");
  }
  const auto policy = member_of(update, "ScalingPolicyUpdate");
  if (!policy) return;
  const auto given = Json::parse(simdjson::minify(*policy));
  auto& policies = settings["ScalingPolicies"];
  for (auto& other : policies) {
    if (other.value("PolicyName", "") != given.value("PolicyName", "")) continue;
    other = given;
    return;
  }
  policies.push_back(given);
}

void require_index(const engine::Table& table, const std::string& name) {
  const auto index = table.index(name);
  if (index && index->is_global) return;
  throw engine::resource_not_found(": Index " + name + " for table " + table.name);
}

/// Each of a list of updates that name an index, into `indexes`.
void apply_to_indexes(JsonView body, const char* list_name, const char* member, const char* kind,
                      const engine::Table& table, Json& indexes) {
  const auto list = member_of(body, list_name);
  if (!list) return;
  for (const JsonView update : simdjson::dom::array(*list)) {
    const auto given = member_of(update, "IndexName");
    const std::string name{given ? std::string_view(*given) : std::string_view()};
    require_index(table, name);
    if (const auto settings = member_of(update, member)) {
      apply_settings(*settings, indexes[name][kind]);
    }
  }
}

void apply_to_replica(JsonView update, const engine::Table& table, Json& kept) {
  const std::string region{std::string_view(required_member(update, "RegionName"))};
  const auto is_there = [&](const engine::Replica& replica) { return replica.region == region; };
  if (engine::Arn::parse(table.arn)->region != region &&
      std::ranges::none_of(table.replicas, is_there)) {
    throw engine::validation_error("Table " + table.name + " has no replica in region " + region);
  }
  auto& replica = kept["replicas"][region];
  if (!replica.contains("indexes")) replica["indexes"] = Json::object();
  if (const auto reads = member_of(update, "ReplicaProvisionedReadCapacityAutoScalingUpdate")) {
    apply_settings(*reads, replica["read"]);
  }
  apply_to_indexes(update, "ReplicaGlobalSecondaryIndexUpdates",
                   "ProvisionedReadCapacityAutoScalingUpdate", "read", table, replica["indexes"]);
}

/// What is kept after the update.
Json settings_after(JsonView body, const engine::Table& table, Json kept) {
  if (const auto writes = member_of(body, "ProvisionedWriteCapacityAutoScalingUpdate")) {
    apply_settings(*writes, kept["write"]);
  }
  apply_to_indexes(body, "GlobalSecondaryIndexUpdates", "ProvisionedWriteCapacityAutoScalingUpdate",
                   "write", table, kept["indexes"]);
  if (const auto replicas = member_of(body, "ReplicaUpdates")) {
    for (const JsonView update : simdjson::dom::array(*replicas)) {
      apply_to_replica(update, table, kept);
    }
  }
  return kept;
}

}  // namespace

void update_table_replica_auto_scaling(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::string_view name = required_member(call.body, "TableName");
  services.catalog.annotate(name, [&](const engine::Table& table) {
    return auto_scaling_note(settings_after(call.body, table, kept_auto_scaling(services, table)));
  });
  Json answer;
  answer["TableAutoScalingDescription"] =
      auto_scaling_description(services, *services.catalog.existing(name));
  out += answer.dump();
}

}  // namespace api
