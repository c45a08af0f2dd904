#include "api/dynamodb/replica_updates.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "api/dynamodb/table_members.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/arn.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

void copy(JsonView from, std::initializer_list<const char*> names, Json& to) {
  for (const auto* const name : names) {
    if (const auto given = member_of(from, name)) to[name] = Json::parse(simdjson::minify(*given));
  }
}

/// The indexes that are named; the others stay as they are.
void read_indexes(JsonView given, const engine::Table& table, Json& overrides) {
  auto& indexes = overrides["GlobalSecondaryIndexes"];
  if (indexes.is_null()) indexes = Json::array();
  for (const JsonView element : simdjson::dom::array(given)) {
    const std::string name{std::string_view(required_member(element, "IndexName"))};
    const auto index = table.index(name);
    if (!index || !index->is_global) {
      throw engine::resource_not_found(": Index " + name + " for table " + table.name);
    }
    const auto found = std::ranges::find_if(
        indexes, [&](const Json& other) { return other["IndexName"] == name; });
    const bool is_there = found != indexes.end();
    if (!is_there) indexes.push_back(Json::object({{"IndexName", name}}));
    auto& wanted = is_there ? *found : indexes.back();
    copy(element, {"ProvisionedThroughputOverride", "OnDemandThroughputOverride"}, wanted);
  }
}

/// What a replica has of its own, as `ReplicaDescription` has it.
void read_overrides(JsonView action, const engine::Table& table, engine::Replica& replica) {
  auto overrides = Json::parse(replica.overrides);
  copy(action, {"KMSMasterKeyId", "ProvisionedThroughputOverride", "OnDemandThroughputOverride"},
       overrides);
  if (const auto given = member_of(action, "GlobalSecondaryIndexes")) {
    read_indexes(*given, table, overrides);
  }
  if (const auto table_class = table_class_of(action, "TableClassOverride")) {
    overrides["ReplicaTableClassSummary"] = {{"TableClass", *table_class}};
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
    read_overrides(action, table, replica);
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
    read_overrides(action, table, *found);
  }
}

}  // namespace

std::vector<engine::Replica> replicas_after(JsonView updates, const engine::Table& table) {
  auto replicas = table.replicas;
  for (const JsonView update : simdjson::dom::array(updates)) apply(update, table, replicas);
  return replicas;
}

}  // namespace api
