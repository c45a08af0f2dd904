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
  const auto& changes = table.throughput_changes;
  if (changes.raised) out["throughputRaised"] = epoch_milliseconds(*changes.raised);
  if (changes.lowered) {
    out["throughputLowered"] = epoch_milliseconds(*changes.lowered);
    out["throughputLoweredThatDay"] = changes.lowered_that_day;
  }
  for (const auto& attribute : table.attribute_definitions) {
    out["attributes"].push_back(attribute_json(attribute));
  }
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
  for (const auto& attribute : in.at("attributes")) {
    table->attribute_definitions.push_back(attribute_of(attribute));
  }
  table->billing_mode = in.at("onDemand") ? BillingMode::pay_per_request : BillingMode::provisioned;
  if (in.contains("onDemandSince")) {
    table->on_demand_since = from_epoch_milliseconds(in.at("onDemandSince"));
  }
  table->throughput = {in.at("readUnits"), in.at("writeUnits")};
  if (in.contains("throughputRaised")) {
    table->throughput_changes.raised = from_epoch_milliseconds(in.at("throughputRaised"));
  }
  if (in.contains("throughputLowered")) {
    table->throughput_changes.lowered = from_epoch_milliseconds(in.at("throughputLowered"));
    table->throughput_changes.lowered_that_day = in.at("throughputLoweredThatDay");
  }
  table->created = from_epoch_milliseconds(in.at("created"));
  table->deletion_protection = in.at("deletionProtection");
  table->table_class = in.at("tableClass");
  table->tags = in.at("tags");
  table->latest_stream_arn = in.at("latestStreamArn");
  table->latest_stream_label = in.at("latestStreamLabel");
  if (in.at("hasStream")) table->stream = streams.find(table->latest_stream_arn);
  return table;
}

}  // namespace engine
