#include "api/dynamodb/backup_members.h"

#include <chrono>
#include <cmath>

#include "api/dynamodb/vector_members.h"
#include "engine/api_error.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

std::string_view status_of(engine::BackupStatus status) {
  switch (status) {
    case engine::BackupStatus::creating:
      return "CREATING";
    case engine::BackupStatus::available:
      return "AVAILABLE";
    default:
      return "DELETED";
  }
}

void add_keys(Json& schema, const std::vector<engine::KeyAttribute>& attributes, const char* kind) {
  for (const auto& attribute : attributes) {
    schema.push_back({{"AttributeName", attribute.name}, {"KeyType", kind}});
  }
}

Json throughput(const engine::Throughput& units) {
  return {{"ReadCapacityUnits", units.read_units}, {"WriteCapacityUnits", units.write_units}};
}

void add_limits(Json& description, const engine::OnDemandLimits& limits) {
  if (limits.read_units) {
    description["OnDemandThroughput"]["MaxReadRequestUnits"] = *limits.read_units;
  }
  if (limits.write_units) {
    description["OnDemandThroughput"]["MaxWriteRequestUnits"] = *limits.write_units;
  }
}

Json source_details(const engine::Backup& backup) {
  const auto& table = *backup.table;
  Json schema = Json::array();
  add_keys(schema, {table.key.partition}, "HASH");
  if (table.key.sort) add_keys(schema, {*table.key.sort}, "RANGE");
  const bool is_on_demand = table.billing_mode == engine::BillingMode::pay_per_request;
  Json details = {{"TableName", table.name},
                  {"TableId", table.uuid},
                  {"TableArn", table.arn},
                  {"TableSizeBytes", backup.bytes},
                  {"KeySchema", schema},
                  {"TableCreationDateTime", timestamp(table.created)},
                  {"ProvisionedThroughput", throughput(table.throughput)},
                  {"ItemCount", backup.items},
                  {"BillingMode", is_on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
  add_limits(details, table.on_demand_limits);
  return details;
}

Json projection(const engine::Index& index) {
  Json description = {{"ProjectionType", engine::projection_name(index.projection)}};
  if (index.projection == engine::IndexProjection::include) {
    description["NonKeyAttributes"] = index.non_key_attributes;
  }
  return description;
}

Json index_info(const engine::Index& index, bool is_provisioned) {
  Json schema = Json::array();
  add_keys(schema, index.partition, "HASH");
  add_keys(schema, index.sort, "RANGE");
  Json info = {{"IndexName", index.name}, {"KeySchema", schema}, {"Projection", projection(index)}};
  if (index.is_global && is_provisioned) {
    info["ProvisionedThroughput"] = throughput(index.throughput);
  }
  if (index.is_global) add_limits(info, index.on_demand_limits);
  return info;
}

Json source_features(const engine::Backup& backup) {
  const auto& table = *backup.table;
  const bool is_provisioned = table.billing_mode == engine::BillingMode::provisioned;
  Json features = Json::object();
  for (const auto& index : table.indexes) {
    features[index->is_global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes"].push_back(
        index_info(*index, is_provisioned));
  }
  if (backup.stream) {
    features["StreamDescription"] = {{"StreamEnabled", true},
                                     {"StreamViewType", engine::view_type_name(*backup.stream)}};
  }
  features["TimeToLiveDescription"]["TimeToLiveStatus"] =
      table.time_to_live ? "ENABLED" : "DISABLED";
  if (table.time_to_live) {
    features["TimeToLiveDescription"]["AttributeName"] = table.time_to_live->attribute_name;
  }
  if (table.encryption) {
    features["SSEDescription"] = {
        {"Status", "ENABLED"}, {"SSEType", "KMS"}, {"KMSMasterKeyArn", table.encryption->key_arn}};
  }
  for (const auto& index : table.vector_indexes) {
    features["VectorIndexes"].push_back(vector_index_info(*index));
  }
  return features;
}

}  // namespace

std::shared_ptr<const engine::Table> table_for_backup(const Services& services,
                                                      std::string_view name_or_arn) {
  auto table = services.catalog.find(name_or_arn);
  if (!table || table->status == engine::TableStatus::deleting) {
    throw engine::ApiError("TableNotFoundException",
                           "Table not found: " + std::string(engine::table_name_of(name_or_arn)));
  }
  return table;
}

const engine::Recovery& recovery_of(const engine::Table& table) {
  if (!table.recovery) {
    throw engine::ApiError("PointInTimeRecoveryUnavailableException",
                           "Point in time recovery is not enabled for table '" + table.name + "'");
  }
  return *table.recovery;
}

std::optional<engine::TimePoint> timestamp_of(JsonView body, std::string_view name) {
  const auto given = member_of(body, name);
  if (!given) return std::nullopt;
  double seconds = 0;
  if (given->get(seconds) != simdjson::SUCCESS) return std::nullopt;
  // What a clock can show, and a fraction as it was meant.
  constexpr double seconds_max = 253'402'300'799;
  seconds = std::clamp(seconds, 0.0, seconds_max);
  return engine::from_epoch_milliseconds(std::llround(seconds * 1000));
}

Json timestamp(engine::TimePoint time) {
  return static_cast<double>(engine::epoch_milliseconds(time)) / 1000;
}

engine::TimePoint restorable(engine::TimePoint moment, engine::TimePoint earliest) {
  const bool is_in_its_second = moment == std::chrono::floor<std::chrono::seconds>(earliest);
  return is_in_its_second ? earliest : moment;
}

Json continuous_backups_description(const engine::Table& table, engine::TimePoint now) {
  Json description = {{"ContinuousBackupsStatus", "ENABLED"}};
  auto& recovery = description["PointInTimeRecoveryDescription"];
  recovery["PointInTimeRecoveryStatus"] = table.recovery ? "ENABLED" : "DISABLED";
  if (table.recovery) {
    recovery["RecoveryPeriodInDays"] = table.recovery->days;
    recovery["EarliestRestorableDateTime"] = timestamp(table.recovery->earliest(now));
    recovery["LatestRestorableDateTime"] = timestamp(now);
  }
  return description;
}

Json backup_details(const engine::Backup& backup) {
  return {{"BackupArn", backup.arn},
          {"BackupName", backup.name},
          {"BackupSizeBytes", backup.bytes},
          {"BackupStatus", status_of(backup.status)},
          {"BackupType", "USER"},
          {"BackupCreationDateTime", timestamp(backup.created)}};
}

Json backup_description(const engine::Backup& backup) {
  return {{"BackupDetails", backup_details(backup)},
          {"SourceTableDetails", source_details(backup)},
          {"SourceTableFeatureDetails", source_features(backup)}};
}

}  // namespace api
