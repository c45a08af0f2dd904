#include "engine/table/description.h"

#include <nlohmann/json.hpp>

namespace engine {

namespace {

using nlohmann::json;

json attribute_json(const KeyAttribute& attribute) {
  return {{"name", attribute.name}, {"type", type_name(attribute.type)}};
}

KeyAttribute attribute_of(const json& in) {
  const std::string type = in.at("type");
  return {in.at("name"), type == "S" ? Type::string : type == "N" ? Type::number : Type::binary};
}

json changes_json(const ThroughputChanges& changes) {
  json out = json::object();
  if (changes.raised) out["raised"] = epoch_milliseconds(*changes.raised);
  if (changes.lowered) {
    out["lowered"] = epoch_milliseconds(*changes.lowered);
    out["loweredThatDay"] = changes.lowered_that_day;
  }
  return out;
}

ThroughputChanges changes_of(const json& in) {
  ThroughputChanges changes;
  if (in.contains("raised")) changes.raised = from_epoch_milliseconds(in.at("raised"));
  if (in.contains("lowered")) {
    changes.lowered = from_epoch_milliseconds(in.at("lowered"));
    changes.lowered_that_day = in.at("loweredThatDay");
  }
  return changes;
}

json attributes_json(const std::vector<KeyAttribute>& attributes) {
  json out = json::array();
  for (const auto& attribute : attributes) out.push_back(attribute_json(attribute));
  return out;
}

std::vector<KeyAttribute> attributes_of(const json& in) {
  std::vector<KeyAttribute> attributes;
  for (const auto& attribute : in) attributes.push_back(attribute_of(attribute));
  return attributes;
}

json index_json(const Index& index) {
  return {{"id", index.id},
          {"name", index.name},
          {"isGlobal", index.is_global},
          {"partition", attributes_json(index.partition)},
          {"sort", attributes_json(index.sort)},
          {"projection", projection_name(index.projection)},
          {"nonKeyAttributes", index.non_key_attributes},
          {"readUnits", index.throughput.read_units},
          {"writeUnits", index.throughput.write_units},
          {"throughputChanges", changes_json(index.throughput_changes)}};
}

std::shared_ptr<const Index> index_of(const json& in, const KeySchema& table_key) {
  auto index = std::make_shared<Index>();
  index->id = in.at("id");
  index->name = in.at("name");
  index->is_global = in.at("isGlobal");
  index->partition = attributes_of(in.at("partition"));
  index->sort = attributes_of(in.at("sort"));
  index->projection = projection_of(in.at("projection").get<std::string>());
  index->non_key_attributes = in.at("nonKeyAttributes");
  index->throughput = {in.at("readUnits"), in.at("writeUnits")};
  index->throughput_changes = changes_of(in.at("throughputChanges"));
  index->set_projected(table_key);
  return index;
}

json time_to_live_json(const TimeToLive& time_to_live) {
  return {{"id", time_to_live.id},
          {"attribute", time_to_live.attribute_name},
          {"isFilling", time_to_live.is_filling}};
}

TimeToLive time_to_live_of(const json& in) {
  return {
      .id = in.at("id"), .attribute_name = in.at("attribute"), .is_filling = in.at("isFilling")};
}

}  // namespace

std::string describe(const Table& table) {
  json out = {{"id", table.id},
              {"name", table.name},
              {"arn", table.arn},
              {"uuid", table.uuid},
              {"partition", attribute_json(table.key.partition)},
              {"onDemand", table.billing_mode == BillingMode::pay_per_request},
              {"readUnits", table.throughput.read_units},
              {"writeUnits", table.throughput.write_units},
              {"created", epoch_milliseconds(table.created)},
              {"deletionProtection", table.deletion_protection},
              {"tableClass", table.table_class},
              {"tags", table.tags},
              {"latestStreamArn", table.latest_stream_arn},
              {"latestStreamLabel", table.latest_stream_label},
              {"hasStream", table.stream != nullptr}};
  if (table.key.sort) out["sort"] = attribute_json(*table.key.sort);
  if (table.on_demand_since) out["onDemandSince"] = epoch_milliseconds(*table.on_demand_since);
  out["throughputChanges"] = changes_json(table.throughput_changes);
  out["attributes"] = attributes_json(table.attribute_definitions);
  out["indexes"] = json::array();
  for (const auto& index : table.indexes) out["indexes"].push_back(index_json(*index));
  if (table.time_to_live) out["timeToLive"] = time_to_live_json(*table.time_to_live);
  return out.dump();
}

std::shared_ptr<Table> table_of(std::string_view description, const Streams& streams) {
  const auto in = json::parse(description);
  auto table = std::make_shared<Table>();
  table->id = in.at("id");
  table->name = in.at("name");
  table->arn = in.at("arn");
  table->uuid = in.at("uuid");
  table->key.partition = attribute_of(in.at("partition"));
  if (in.contains("sort")) table->key.sort = attribute_of(in.at("sort"));
  table->attribute_definitions = attributes_of(in.at("attributes"));
  for (const auto& index : in.at("indexes")) {
    table->indexes.push_back(index_of(index, table->key));
  }
  table->billing_mode = in.at("onDemand") ? BillingMode::pay_per_request : BillingMode::provisioned;
  if (in.contains("onDemandSince")) {
    table->on_demand_since = from_epoch_milliseconds(in.at("onDemandSince"));
  }
  table->throughput = {in.at("readUnits"), in.at("writeUnits")};
  table->throughput_changes = changes_of(in.at("throughputChanges"));
  table->created = from_epoch_milliseconds(in.at("created"));
  table->deletion_protection = in.at("deletionProtection");
  table->table_class = in.at("tableClass");
  table->tags = in.at("tags");
  table->latest_stream_arn = in.at("latestStreamArn");
  table->latest_stream_label = in.at("latestStreamLabel");
  if (in.at("hasStream")) table->stream = streams.find(table->latest_stream_arn);
  if (in.contains("timeToLive")) table->time_to_live = time_to_live_of(in.at("timeToLive"));
  return table;
}

}  // namespace engine
