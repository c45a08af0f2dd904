#include "api/dynamodb/table_description.h"

#include "api/dynamodb/throughput_members.h"
#include "api/dynamodb/vector_members.h"
#include "engine/arn.h"
#include "engine/clock.h"
#include "engine/read/reader.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

Json timestamp(engine::TimePoint time) {
  return static_cast<double>(engine::epoch_milliseconds(time)) / 1000;
}

Json key_schema(const engine::KeySchema& key) {
  Json schema = {{{"AttributeName", key.partition.name}, {"KeyType", "HASH"}}};
  if (key.sort) schema.push_back({{"AttributeName", key.sort->name}, {"KeyType", "RANGE"}});
  return schema;
}

Json attribute_definitions(const engine::Table& table) {
  Json definitions = Json::array();
  for (const auto& attribute : table.attribute_definitions) {
    definitions.push_back(
        {{"AttributeName", attribute.name}, {"AttributeType", engine::type_name(attribute.type)}});
  }
  return definitions;
}

Json throughput_description(const engine::Throughput& throughput,
                            const engine::ThroughputChanges& changes, engine::TimePoint now) {
  Json description;
  if (changes.raised) description["LastIncreaseDateTime"] = timestamp(*changes.raised);
  if (changes.lowered) description["LastDecreaseDateTime"] = timestamp(*changes.lowered);
  description["NumberOfDecreasesToday"] = changes.lowered_today(now);
  description["ReadCapacityUnits"] = throughput.read_units;
  description["WriteCapacityUnits"] = throughput.write_units;
  return description;
}

Json projection_description(const engine::Index& index) {
  Json description = {{"ProjectionType", engine::projection_name(index.projection)}};
  if (index.projection == engine::IndexProjection::include) {
    description["NonKeyAttributes"] = index.non_key_attributes;
  }
  return description;
}

Json on_demand_description(const engine::OnDemandLimits& limits) {
  Json description = Json::object();
  if (limits.read_units) description["MaxReadRequestUnits"] = *limits.read_units;
  if (limits.write_units) description["MaxWriteRequestUnits"] = *limits.write_units;
  return description;
}

/// It is being filled: the second phase of its creation, after the table has become active again.
bool shows_backfilling(const engine::Table& table, const engine::Index& index) {
  return index.status == engine::TableStatus::creating && !index.is_allocating &&
         table.status != engine::TableStatus::creating;
}

Json index_description(const engine::Table& table, const engine::Index& index,
                       engine::TimePoint now) {
  Json schema = Json::array();
  const auto add = [&](const std::vector<engine::KeyAttribute>& attributes, const char* kind) {
    for (const auto& attribute : attributes) {
      schema.push_back({{"AttributeName", attribute.name}, {"KeyType", kind}});
    }
  };
  add(index.partition, "HASH");
  add(index.sort, "RANGE");
  Json description = {{"IndexName", index.name},
                      {"KeySchema", schema},
                      {"Projection", projection_description(index)}};
  if (index.is_global) {
    description["IndexStatus"] = engine::status_name(index.status);
    if (shows_backfilling(table, index)) description["Backfilling"] = true;
    description["ProvisionedThroughput"] =
        throughput_description(index.throughput, index.throughput_changes, now);
    if (index.on_demand_limits != engine::OnDemandLimits{}) {
      description["OnDemandThroughput"] = on_demand_description(index.on_demand_limits);
    }
  }
  description["IndexSizeBytes"] = 0;
  description["ItemCount"] = 0;
  description["IndexArn"] = table.arn + "/index/" + index.name;
  return description;
}

std::string_view list_name(const engine::Index& index) {
  return index.is_global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes";
}

std::string_view billing_mode_name(engine::BillingMode mode) {
  return mode == engine::BillingMode::pay_per_request ? "PAY_PER_REQUEST" : "PROVISIONED";
}

std::string_view encryption_status(const engine::Table& table) {
  if (table.update == engine::TableUpdate::encryption) return "UPDATING";
  return table.status == engine::TableStatus::creating ? "ENABLING" : "ENABLED";
}

Json replica_descriptions(const engine::Table& table) {
  Json descriptions = Json::array();
  for (const auto& replica : table.replicas) {
    auto arn = *engine::Arn::parse(table.arn);
    arn.region = replica.region;
    Json description = {{"RegionName", replica.region},
                        {"ReplicaArn", arn.text()},
                        {"ReplicaStatus", engine::status_name(replica.status)}};
    description.update(Json::parse(replica.overrides));
    descriptions.push_back(std::move(description));
  }
  return descriptions;
}

Json restore_summary(const engine::Table& table) {
  Json summary = Json::object();
  if (!table.origin->backup_arn.empty()) summary["SourceBackupArn"] = table.origin->backup_arn;
  summary["SourceTableArn"] = table.origin->table_arn;
  summary["RestoreDateTime"] = timestamp(table.origin->moment);
  summary["RestoreInProgress"] = table.status == engine::TableStatus::creating;
  return summary;
}

/// What is there only for some tables.
void put_rarities(Json& description, const engine::Table& table) {
  if (table.on_demand_limits != engine::OnDemandLimits{}) {
    description["OnDemandThroughput"] = on_demand_description(table.on_demand_limits);
  }
  if (table.encryption) {
    description["SSEDescription"] = {{"Status", encryption_status(table)},
                                     {"SSEType", "KMS"},
                                     {"KMSMasterKeyArn", table.encryption->key_arn}};
  }
  if (!table.replicas.empty()) {
    description["GlobalTableVersion"] = "2019.11.21";
    description["Replicas"] = replica_descriptions(table);
  }
  if (table.origin) description["RestoreSummary"] = restore_summary(table);
  if (!table.table_class.empty()) {
    description["TableClassSummary"] = {{"TableClass", table.table_class}};
    if (!table.class_changes.empty()) {
      description["TableClassSummary"]["LastUpdateDateTime"] =
          timestamp(table.class_changes.back());
    }
  }
}

/// Members of tables and global indexes once they are made.
Json warm_description(engine::BillingMode mode, const engine::Throughput& provisioned,
                      const std::optional<engine::Throughput>& asked_for, bool is_changing) {
  const auto warm = warm_throughput(mode, provisioned, asked_for);
  return {{"ReadUnitsPerSecond", warm.read_units},
          {"WriteUnitsPerSecond", warm.write_units},
          {"Status", is_changing ? "UPDATING" : "ACTIVE"}};
}

/// Whether `table` is on its way to another warm throughput, of its own or of the index.
bool warms_up(const engine::Table& table, const engine::Index* index) {
  if (!table.next) return false;
  if (index == nullptr) return table.warm_throughput != table.next->warm_throughput;
  const auto next = table.next->index(index->name);
  return next && next->warm_throughput != index->warm_throughput;
}

}  // namespace

Json table_description(const engine::Table& table, engine::TimePoint now) {
  Json description = {{"AttributeDefinitions", attribute_definitions(table)},
                      {"TableName", table.name},
                      {"KeySchema", key_schema(table.key)},
                      {"TableStatus", engine::status_name(table.status)},
                      {"CreationDateTime", timestamp(table.created)},
                      {"ProvisionedThroughput",
                       throughput_description(table.throughput, table.throughput_changes, now)},
                      {"TableSizeBytes", 0},
                      {"ItemCount", 0},
                      {"TableArn", table.arn},
                      {"TableId", table.uuid}};
  if (table.on_demand_since) {
    description["BillingModeSummary"] = {{"BillingMode", billing_mode_name(table.billing_mode)}};
  }
  for (const bool is_global : {false, true}) {
    for (const auto& index : table.indexes) {
      if (index->is_global != is_global) continue;
      description[list_name(*index)].push_back(index_description(table, *index, now));
    }
  }
  describe_vector_indexes(table, description);
  if (table.stream) {
    description["StreamSpecification"] = {
        {"StreamEnabled", true},
        {"StreamViewType", engine::view_type_name(table.stream->view_type)}};
  }
  if (!table.latest_stream_arn.empty()) {
    description["LatestStreamLabel"] = table.latest_stream_label;
    description["LatestStreamArn"] = table.latest_stream_arn;
  }
  put_rarities(description, table);
  description["DeletionProtectionEnabled"] = table.deletion_protection;
  return description;
}

void put_sizes(const Services& services, const engine::Table& table, Json& description) {
  const auto& size = services.reader.size_of(table);
  description["TableSizeBytes"] = size.bytes.load();
  description["ItemCount"] = size.items.load();
  for (const auto& index : table.indexes) {
    for (auto& of_index : description[list_name(*index)]) {
      if (of_index["IndexName"] != index->name) continue;
      of_index["IndexSizeBytes"] = index->size->bytes.load();
      of_index["ItemCount"] = index->size->items.load();
    }
  }
  // Their sizes are right only now that the table has been counted.
  describe_vector_indexes(table, description);
}

Json full_table_description(const Services& services, const engine::Table& table) {
  Json description = table_description(table, services.clock.now());
  put_sizes(services, table, description);
  if (table.on_demand_since) {
    description["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] =
        timestamp(*table.on_demand_since);
  }
  const bool is_made = table.status != engine::TableStatus::creating;
  const auto mode = table.billing_mode;
  if (is_made) {
    description["WarmThroughput"] =
        warm_description(mode, table.throughput, table.warm_throughput, warms_up(table, nullptr));
  }
  for (const auto& index : table.indexes) {
    for (auto& of_index : description[list_name(*index)]) {
      if (of_index["IndexName"] != index->name) continue;
      if (index->is_global && index->status != engine::TableStatus::creating) {
        of_index["WarmThroughput"] = warm_description(
            mode, index->throughput, index->warm_throughput, warms_up(table, index.get()));
      }
    }
  }
  return description;
}

}  // namespace api
