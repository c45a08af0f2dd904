#include "api/dynamodb/table_description.h"

#include "api/dynamodb/vector_members.h"
#include "engine/clock.h"
#include "engine/read/reader.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

/// What a new on-demand table can serve at once, in units per second.
constexpr engine::Throughput on_demand_warm = {12000, 4000};

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

Json index_description(const engine::Table& table, const engine::Index& index,
                       std::string_view status, engine::TimePoint now) {
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
    description["IndexStatus"] = status;
    description["ProvisionedThroughput"] =
        throughput_description(index.throughput, index.throughput_changes, now);
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

}  // namespace

Json table_description(const engine::Table& table, std::string_view status, engine::TimePoint now) {
  Json description = {{"AttributeDefinitions", attribute_definitions(table)},
                      {"TableName", table.name},
                      {"KeySchema", key_schema(table.key)},
                      {"TableStatus", status},
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
      const std::string_view index_status = status == "CREATING" ? status : "ACTIVE";
      description[list_name(*index)].push_back(index_description(table, *index, index_status, now));
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
  if (!table.table_class.empty()) {
    description["TableClassSummary"] = {{"TableClass", table.table_class}};
  }
  description["DeletionProtectionEnabled"] = table.deletion_protection;
  return description;
}

Json full_table_description(const Services& services, const engine::Table& table) {
  Json description = table_description(table, "ACTIVE", services.clock.now());
  const auto& size = services.reader.size_of(table);
  description["TableSizeBytes"] = size.bytes.load();
  description["ItemCount"] = size.items.load();
  describe_vector_indexes(table, description);
  if (table.on_demand_since) {
    description["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] =
        timestamp(*table.on_demand_since);
  }
  const bool is_on_demand = table.billing_mode == engine::BillingMode::pay_per_request;
  const auto warm_throughput = [&](const engine::Throughput& provisioned) {
    const auto& warm = is_on_demand ? on_demand_warm : provisioned;
    return Json{{"ReadUnitsPerSecond", warm.read_units},
                {"WriteUnitsPerSecond", warm.write_units},
                {"Status", "ACTIVE"}};
  };
  description["WarmThroughput"] = warm_throughput(table.throughput);
  for (const auto& index : table.indexes) {
    for (auto& of_index : description[list_name(*index)]) {
      if (of_index["IndexName"] != index->name) continue;
      of_index["IndexSizeBytes"] = index->size->bytes.load();
      of_index["ItemCount"] = index->size->items.load();
      if (index->is_global) of_index["WarmThroughput"] = warm_throughput(index->throughput);
    }
  }
  return description;
}

}  // namespace api
