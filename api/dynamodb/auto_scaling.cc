#include "api/dynamodb/auto_scaling.h"

#include "engine/arn.h"
#include "engine/documents.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view note_name = "auto-scaling";

void put_if_there(Json& description, const char* name, const Json& settings, const char* from) {
  if (settings.contains(from)) description[name] = settings[from];
}

/// Writes are those of the table, in every region; reads are each region's own.
Json replica_description(const engine::Table& table, const Json& kept, const std::string& region,
                         engine::TableStatus status) {
  const Json own = kept["replicas"].value(region, Json::object());
  Json description = {{"RegionName", region}};
  for (const auto& index : table.indexes) {
    if (!index->is_global) continue;
    Json of_index = {{"IndexName", index->name},
                     {"IndexStatus", engine::status_name(index->status)}};
    const Json reads = own.value("indexes", Json::object()).value(index->name, Json::object());
    const Json writes = kept["indexes"].value(index->name, Json::object());
    put_if_there(of_index, "ProvisionedReadCapacityAutoScalingSettings", reads, "read");
    put_if_there(of_index, "ProvisionedWriteCapacityAutoScalingSettings", writes, "write");
    description["GlobalSecondaryIndexes"].push_back(std::move(of_index));
  }
  put_if_there(description, "ReplicaProvisionedReadCapacityAutoScalingSettings", own, "read");
  put_if_there(description, "ReplicaProvisionedWriteCapacityAutoScalingSettings", kept, "write");
  description["ReplicaStatus"] = engine::status_name(status);
  return description;
}

}  // namespace

Json kept_auto_scaling(const Services& services, const engine::Table& table) {
  const auto bytes = engine::TableNotes(services.documents).get(table, note_name);
  if (bytes) return Json::parse(*bytes);
  return {{"indexes", Json::object()}, {"replicas", Json::object()}};
}

engine::TableNotes::Changes auto_scaling_note(const Json& settings) {
  return {{std::string(note_name), settings.dump()}};
}

Json auto_scaling_description(const Services& services, const engine::Table& table) {
  const auto kept = kept_auto_scaling(services, table);
  const auto own_region = engine::Arn::parse(table.arn)->region;
  Json description = {{"TableName", table.name},
                      {"TableStatus", engine::status_name(table.status)}};
  description["Replicas"].push_back(
      replica_description(table, kept, own_region, engine::TableStatus::active));
  for (const auto& replica : table.replicas) {
    description["Replicas"].push_back(
        replica_description(table, kept, replica.region, replica.status));
  }
  return description;
}

}  // namespace api
