#include "engine/table/description.h"

#include <nlohmann/json.hpp>

#include "engine/table/index_description.h"

namespace engine {

namespace {

using nlohmann::json;

json time_to_live_json(const TimeToLive& time_to_live) {
  return {{"id", time_to_live.id},
          {"attribute", time_to_live.attribute_name},
          {"isFilling", time_to_live.is_filling}};
}

TimeToLive time_to_live_of(const json& in) {
  return {
      .id = in.at("id"), .attribute_name = in.at("attribute"), .is_filling = in.at("isFilling")};
}

json recovery_json(const Recovery& recovery) {
  return {
      {"id", recovery.id}, {"days", recovery.days}, {"since", epoch_milliseconds(recovery.since)}};
}

Recovery recovery_of(const json& in) {
  return {
      .id = in.at("id"), .days = in.at("days"), .since = from_epoch_milliseconds(in.at("since"))};
}

json origin_json(const Origin& origin) {
  return {{"backupArn", origin.backup_arn},
          {"tableArn", origin.table_arn},
          {"moment", epoch_milliseconds(origin.moment)}};
}

Origin origin_of(const json& in) {
  return {.backup_arn = in.at("backupArn"),
          .table_arn = in.at("tableArn"),
          .moment = from_epoch_milliseconds(in.at("moment"))};
}

json replicas_json(const std::vector<Replica>& replicas) {
  json out = json::array();
  for (const auto& replica : replicas) {
    out.push_back({{"region", replica.region},
                   {"status", status_name(replica.status)},
                   {"overrides", replica.overrides}});
  }
  return out;
}

std::vector<Replica> replicas_of(const json& in) {
  std::vector<Replica> replicas;
  for (const auto& replica : in) {
    replicas.push_back({.region = replica.at("region"),
                        .status = status_of(replica.at("status").get<std::string>()),
                        .overrides = replica.at("overrides")});
  }
  return replicas;
}

json times_json(const std::vector<TimePoint>& times) {
  json out = json::array();
  for (const auto time : times) out.push_back(epoch_milliseconds(time));
  return out;
}

void put_settings(json& out, const Table& table) {
  out["onDemand"] = table.billing_mode == BillingMode::pay_per_request;
  if (table.on_demand_since) out["onDemandSince"] = epoch_milliseconds(*table.on_demand_since);
  out["throughput"] = units_json(table.throughput);
  out["throughputChanges"] = changes_json(table.throughput_changes);
  out["onDemandLimits"] = limits_json(table.on_demand_limits);
  if (table.warm_throughput) out["warmThroughput"] = units_json(*table.warm_throughput);
  if (table.encryption) out["encryptionKey"] = table.encryption->key_arn;
  out["replicas"] = replicas_json(table.replicas);
  out["deletionProtection"] = table.deletion_protection;
  if (table.protection_changed) {
    out["protectionChanged"] = epoch_milliseconds(*table.protection_changed);
  }
  out["tableClass"] = table.table_class;
  out["classChanges"] = times_json(table.class_changes);
  out["tags"] = table.tags;
}

void read_settings(const json& in, Table& table) {
  table.billing_mode = in.at("onDemand") ? BillingMode::pay_per_request : BillingMode::provisioned;
  if (in.contains("onDemandSince")) {
    table.on_demand_since = from_epoch_milliseconds(in.at("onDemandSince"));
  }
  table.throughput = units_of(in.at("throughput"));
  table.throughput_changes = changes_of(in.at("throughputChanges"));
  table.on_demand_limits = limits_of(in.at("onDemandLimits"));
  if (in.contains("warmThroughput")) table.warm_throughput = units_of(in.at("warmThroughput"));
  if (in.contains("encryptionKey")) table.encryption = Encryption{in.at("encryptionKey")};
  table.replicas = replicas_of(in.at("replicas"));
  table.deletion_protection = in.at("deletionProtection");
  if (in.contains("protectionChanged")) {
    table.protection_changed = from_epoch_milliseconds(in.at("protectionChanged"));
  }
  table.table_class = in.at("tableClass");
  for (const auto& time : in.at("classChanges")) {
    table.class_changes.push_back(from_epoch_milliseconds(time));
  }
  table.tags = in.at("tags");
}

json table_json(const Table& table) {
  json out = {{"id", table.id},
              {"name", table.name},
              {"arn", table.arn},
              {"uuid", table.uuid},
              {"partition", attribute_json(table.key.partition)},
              {"attributes", attributes_json(table.attribute_definitions)},
              {"created", epoch_milliseconds(table.created)},
              {"status", status_name(table.status)},
              {"update", static_cast<int>(table.update)},
              {"latestStreamArn", table.latest_stream_arn},
              {"latestStreamLabel", table.latest_stream_label},
              {"hasStream", table.stream != nullptr}};
  if (table.key.sort) out["sort"] = attribute_json(*table.key.sort);
  put_settings(out, table);
  out["indexes"] = json::array();
  for (const auto& index : table.indexes) out["indexes"].push_back(index_json(*index));
  out["vectorIndexes"] = json::array();
  for (const auto& index : table.vector_indexes) {
    out["vectorIndexes"].push_back(vector_index_json(*index));
  }
  if (table.time_to_live) out["timeToLive"] = time_to_live_json(*table.time_to_live);
  if (table.recovery) out["recovery"] = recovery_json(*table.recovery);
  if (table.origin) out["origin"] = origin_json(*table.origin);
  if (table.settles) out["settles"] = epoch_milliseconds(*table.settles);
  if (table.next) out["next"] = table_json(*table.next);
  return out;
}

std::shared_ptr<Table> table_of(const json& in, const Streams& streams) {
  auto table = std::make_shared<Table>();
  table->id = in.at("id");
  table->name = in.at("name");
  table->arn = in.at("arn");
  table->uuid = in.at("uuid");
  table->key.partition = attribute_of(in.at("partition"));
  if (in.contains("sort")) table->key.sort = attribute_of(in.at("sort"));
  table->attribute_definitions = attributes_of(in.at("attributes"));
  table->created = from_epoch_milliseconds(in.at("created"));
  table->status = status_of(in.at("status").get<std::string>());
  table->update = static_cast<TableUpdate>(in.at("update").get<int>());
  read_settings(in, *table);
  for (const auto& index : in.at("indexes")) {
    table->indexes.push_back(index_of(index, table->key));
  }
  for (const auto& index : in.at("vectorIndexes")) {
    table->vector_indexes.push_back(vector_index_of(index, table->key));
  }
  table->latest_stream_arn = in.at("latestStreamArn");
  table->latest_stream_label = in.at("latestStreamLabel");
  if (in.at("hasStream")) table->stream = streams.find(table->latest_stream_arn);
  if (in.contains("timeToLive")) table->time_to_live = time_to_live_of(in.at("timeToLive"));
  if (in.contains("recovery")) table->recovery = recovery_of(in.at("recovery"));
  if (in.contains("origin")) table->origin = origin_of(in.at("origin"));
  if (in.contains("settles")) table->settles = from_epoch_milliseconds(in.at("settles"));
  return table;
}

/// The same index in two versions of a table has one size.
void share_sizes(const Table& table, Table& next) {
  const auto share = [](const auto& indexes, auto& next_indexes) {
    for (auto& index : next_indexes) {
      for (const auto& same : indexes) {
        if (same->id != index->id) continue;
        auto sharing = std::make_shared<std::decay_t<decltype(*same)>>(*index);
        sharing->size = same->size;
        index = std::move(sharing);
      }
    }
  };
  share(table.indexes, next.indexes);
  share(table.vector_indexes, next.vector_indexes);
}

}  // namespace

std::string describe(const Table& table) { return table_json(table).dump(); }

std::shared_ptr<Table> table_of(std::string_view description, const Streams& streams) {
  const auto in = json::parse(description);
  auto table = table_of(in, streams);
  table->life = std::make_shared<TableLife>();
  if (in.contains("next")) {
    auto next = table_of(in.at("next"), streams);
    share_sizes(*table, *next);
    next->life = table->life;
    table->next = std::move(next);
  }
  return table;
}

}  // namespace engine
