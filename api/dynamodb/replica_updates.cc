#include "api/dynamodb/replica_updates.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "api/member.h"
#include "engine/api_error.h"
#include "engine/arn.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

/// What a replica has of its own, as `ReplicaDescription` has it.
void read_overrides(JsonView action, engine::Replica& replica) {
  auto overrides = Json::parse(replica.overrides);
  for (const auto* const name : {"KMSMasterKeyId", "ProvisionedThroughputOverride",
                                 "OnDemandThroughputOverride", "GlobalSecondaryIndexes"}) {
    if (const auto given = member_of(action, name)) {
      overrides[name] = Json::parse(simdjson::minify(*given));
    }
  }
  if (const auto table_class = member_of(action, "TableClassOverride")) {
    overrides["ReplicaTableClassSummary"] = {{"TableClass", std::string_view(*table_class)}};
  }
  replica.overrides = overrides.dump();
}

engine::ApiError wrong_replica(const std::string& why) { return engine::validation_error(why); }

void apply(JsonView update, const engine::Table& table, std::vector<engine::Replica>& replicas) {
  const auto create = member_of(update, "Create");
  const auto change = member_of(update, "Update");
  const auto removal = member_of(update, "Delete");
  if ((create ? 1 : 0) + (change ? 1 : 0) + (removal ? 1 : 0) != 1) {
    throw engine::invalid_parameter_values(
        "One of ReplicationGroupUpdate.Create, ReplicationGroupUpdate.Update, "
        "ReplicationGroupUpdate.Delete must be specified");
  }
  const JsonView action = create ? *create : change ? *change : *removal;
  const std::string region{std::string_view(required_member(action, "RegionName"))};
  const auto found = std::ranges::find_if(
      replicas, [&](const engine::Replica& replica) { return replica.region == region; });
  const auto own = engine::Arn::parse(table.arn);
  if (create) {
    if (found != replicas.end() || own->region == region) {
      throw wrong_replica("Failed to create a the new replica of table with name: '" + table.name +
                          "' because one or more replicas already existed as tables.");
    }
    engine::Replica replica{.region = region};
    read_overrides(action, replica);
    replicas.push_back(std::move(replica));
    return;
  }
  if (found == replicas.end()) {
    throw wrong_replica(
        "Update global table operation failed because one or more replicas were not part of the "
        "global table.");
  }
  if (removal) {
    replicas.erase(found);
  } else {
    read_overrides(action, *found);
  }
}

}  // namespace

std::vector<engine::Replica> replicas_after(JsonView updates, const engine::Table& table) {
  auto replicas = table.replicas;
  for (const JsonView update : simdjson::dom::array(updates)) apply(update, table, replicas);
  return replicas;
}

}  // namespace api
