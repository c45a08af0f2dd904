#include "api/dynamodb/table_description.h"

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

Json throughput_description(const engine::Table& table, engine::TimePoint now) {
  const auto& changes = table.throughput_changes;
  Json description;
  if (changes.raised) description["LastIncreaseDateTime"] = timestamp(*changes.raised);
  if (changes.lowered) description["LastDecreaseDateTime"] = timestamp(*changes.lowered);
  description["NumberOfDecreasesToday"] = changes.lowered_today(now);
  description["ReadCapacityUnits"] = table.throughput.read_units;
  description["WriteCapacityUnits"] = table.throughput.write_units;
  return description;
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
                      {"ProvisionedThroughput", throughput_description(table, now)},
                      {"TableSizeBytes", 0},
                      {"ItemCount", 0},
                      {"TableArn", table.arn},
                      {"TableId", table.uuid}};
  if (table.on_demand_since) {
    description["BillingModeSummary"] = {{"BillingMode", billing_mode_name(table.billing_mode)}};
  }
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
  if (table.on_demand_since) {
    description["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] =
        timestamp(*table.on_demand_since);
  }
  const bool is_on_demand = table.billing_mode == engine::BillingMode::pay_per_request;
  const auto& warm = is_on_demand ? on_demand_warm : table.throughput;
  description["WarmThroughput"] = {{"ReadUnitsPerSecond", warm.read_units},
                                   {"WriteUnitsPerSecond", warm.write_units},
                                   {"Status", "ACTIVE"}};
  return description;
}

}  // namespace api
