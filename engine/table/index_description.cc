#include "engine/table/index_description.h"

#include <nlohmann/json.hpp>

namespace engine {

namespace {

using nlohmann::json;

/// What all kinds of indexes have in common.
template <typename AnyIndex>
void put_common(json& out, const AnyIndex& index) {
  out["id"] = index.id;
  out["name"] = index.name;
  out["projection"] = projection_name(index.projection);
  out["nonKeyAttributes"] = index.non_key_attributes;
  out["status"] = status_name(index.status);
  out["isBackfilling"] = index.is_backfilling;
  out["isAllocating"] = index.is_allocating;
  if (index.settles) out["settles"] = epoch_milliseconds(*index.settles);
}

template <typename AnyIndex>
void read_common(const json& in, AnyIndex& index) {
  index.id = in.at("id");
  index.name = in.at("name");
  index.projection = projection_of(in.at("projection").get<std::string>());
  index.non_key_attributes = in.at("nonKeyAttributes");
  index.status = status_of(in.at("status").get<std::string>());
  index.is_backfilling = in.at("isBackfilling");
  index.is_allocating = in.at("isAllocating");
  if (in.contains("settles")) index.settles = from_epoch_milliseconds(in.at("settles"));
}

}  // namespace

json attribute_json(const KeyAttribute& attribute) {
  return {{"name", attribute.name}, {"type", type_name(attribute.type)}};
}

KeyAttribute attribute_of(const json& in) {
  const std::string type = in.at("type");
  return {in.at("name"), type == "S" ? Type::string : type == "N" ? Type::number : Type::binary};
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

json limits_json(const OnDemandLimits& limits) {
  json out = json::object();
  if (limits.read_units) out["read"] = *limits.read_units;
  if (limits.write_units) out["write"] = *limits.write_units;
  return out;
}

OnDemandLimits limits_of(const json& in) {
  OnDemandLimits limits;
  if (in.contains("read")) limits.read_units = in.at("read");
  if (in.contains("write")) limits.write_units = in.at("write");
  return limits;
}

json units_json(const Throughput& throughput) {
  return {{"read", throughput.read_units}, {"write", throughput.write_units}};
}

Throughput units_of(const json& in) { return {in.at("read"), in.at("write")}; }

json index_json(const Index& index) {
  json out = {{"isGlobal", index.is_global},
              {"partition", attributes_json(index.partition)},
              {"sort", attributes_json(index.sort)},
              {"throughput", units_json(index.throughput)},
              {"throughputChanges", changes_json(index.throughput_changes)},
              {"onDemandLimits", limits_json(index.on_demand_limits)}};
  put_common(out, index);
  if (index.warm_throughput) out["warmThroughput"] = units_json(*index.warm_throughput);
  return out;
}

std::shared_ptr<const Index> index_of(const json& in, const KeySchema& table_key) {
  auto index = std::make_shared<Index>();
  read_common(in, *index);
  index->is_global = in.at("isGlobal");
  index->partition = attributes_of(in.at("partition"));
  index->sort = attributes_of(in.at("sort"));
  index->throughput = units_of(in.at("throughput"));
  index->throughput_changes = changes_of(in.at("throughputChanges"));
  index->on_demand_limits = limits_of(in.at("onDemandLimits"));
  if (in.contains("warmThroughput")) index->warm_throughput = units_of(in.at("warmThroughput"));
  index->set_projected(table_key);
  return index;
}

json vector_index_json(const VectorIndex& index) {
  json out = {{"attribute", index.attribute_name},
              {"dimensions", index.dimensions},
              {"distance", distance_name(index.distance)},
              {"hash", attributes_json(index.hash)},
              {"inlineFilters", attributes_json(index.inline_filters)}};
  put_common(out, index);
  return out;
}

std::shared_ptr<const VectorIndex> vector_index_of(const json& in, const KeySchema& table_key) {
  auto index = std::make_shared<VectorIndex>();
  read_common(in, *index);
  index->attribute_name = in.at("attribute");
  index->dimensions = in.at("dimensions");
  index->distance = distance_of(in.at("distance").get<std::string>());
  index->hash = attributes_of(in.at("hash"));
  index->inline_filters = attributes_of(in.at("inlineFilters"));
  index->set_projected(table_key);
  return index;
}

}  // namespace engine
