#include "api/dynamodb/restore_members.h"

#include <algorithm>
#include <set>

#include "api/dynamodb/encryption_members.h"
#include "api/dynamodb/index_members.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
#include "engine/api_error.h"

namespace api {

namespace {

using engine::BillingMode;
using engine::invalid_parameter_values;

engine::Throughput throughput_in(JsonView throughput) {
  return {integer_of(required_member(throughput, "ReadCapacityUnits")),
          integer_of(required_member(throughput, "WriteCapacityUnits"))};
}

/// Whether it is the index of the source that it names: overrides leave indexes out, and change
/// nothing of them but their throughput.
bool is_same(JsonView element, const engine::Index& index) {
  std::size_t at = 0;
  const auto elements = key_elements_of(required_member(element, "KeySchema"));
  if (elements.size() != index.partition.size() + index.sort.size()) return false;
  for (const auto& attribute : index.partition) {
    if (!elements[at].is_hash || elements[at++].name != attribute.name) return false;
  }
  for (const auto& attribute : index.sort) {
    if (elements[at].is_hash || elements[at++].name != attribute.name) return false;
  }
  const auto projection = required_member(element, "Projection");
  const auto type = member_of(projection, "ProjectionType");
  if (!type || std::string_view(*type) != engine::projection_name(index.projection)) return false;
  std::set<std::string_view> names;
  if (const auto given = member_of(projection, "NonKeyAttributes")) {
    for (const JsonView name : simdjson::dom::array(*given)) names.insert(name);
  }
  return names == std::set<std::string_view>(index.non_key_attributes.begin(),
                                             index.non_key_attributes.end());
}

/// Of the indexes of one kind only those that the override names.
void keep_indexes(JsonView body, std::string_view member, bool is_global, engine::TableSpec& spec) {
  const auto list = member_of(body, member);
  if (!list) return;
  std::vector<engine::Index> kept;
  for (auto& index : spec.indexes) {
    if (index.is_global != is_global) kept.push_back(std::move(index));
  }
  std::set<std::string_view> seen;
  for (const JsonView element : simdjson::dom::array(*list)) {
    const std::string_view name = required_member(element, "IndexName");
    if (!seen.insert(name).second) {
      throw invalid_parameter_values("Duplicate index name: " + std::string(name));
    }
    const auto index =
        std::find_if(spec.indexes.begin(), spec.indexes.end(), [&](const engine::Index& other) {
          return other.name == name && other.is_global == is_global && is_same(element, other);
        });
    if (index == spec.indexes.end()) {
      throw invalid_parameter_values("Index does not match one of the source table: " +
                                     std::string(name));
    }
    if (const auto throughput = member_of(element, "ProvisionedThroughput")) {
      index->throughput = throughput_in(*throughput);
    }
    kept.push_back(std::move(*index));
  }
  spec.indexes = std::move(kept);
}

void keep_vector_indexes(JsonView body, engine::TableSpec& spec) {
  const auto list = member_of(body, "VectorIndexOverride");
  if (!list) return;
  std::vector<engine::VectorIndex> kept;
  for (const JsonView element : simdjson::dom::array(*list)) {
    const std::string_view name = required_member(element, "IndexName");
    const auto index =
        std::find_if(spec.vector_indexes.begin(), spec.vector_indexes.end(),
                     [&](const engine::VectorIndex& other) { return other.name == name; });
    if (index == spec.vector_indexes.end()) {
      throw invalid_parameter_values("Index does not match one of the source table: " +
                                     std::string(name));
    }
    kept.push_back(*index);
  }
  spec.vector_indexes = std::move(kept);
}

void set_billing(JsonView body, engine::TableSpec& spec) {
  spec.billing_mode = [&] {
    const auto mode = member_of(body, "BillingModeOverride");
    if (!mode) return spec.billing_mode;
    return std::string_view(*mode) == "PAY_PER_REQUEST" ? BillingMode::pay_per_request
                                                        : BillingMode::provisioned;
  }();
  const auto throughput = member_of(body, "ProvisionedThroughputOverride");
  if (throughput) spec.throughput = throughput_in(*throughput);
  const auto has_units = [](const engine::Throughput& units) { return units.read_units > 0; };
  if (spec.billing_mode == BillingMode::pay_per_request) {
    if (throughput) {
      throw invalid_parameter_values(
          "ProvisionedThroughputOverride cannot be specified when the billing mode of the restored "
          "table is PAY_PER_REQUEST");
    }
    spec.throughput = {};
    for (auto& index : spec.indexes) index.throughput = {};
    return;
  }
  if (!has_units(spec.throughput)) {
    throw invalid_parameter_values(
        "ProvisionedThroughputOverride must be specified when the billing mode of the restored "
        "table is PROVISIONED");
  }
  for (const auto& index : spec.indexes) {
    if (index.is_global && !has_units(index.throughput)) {
      throw invalid_parameter_values("ProvisionedThroughput is not specified for index: " +
                                     index.name);
    }
  }
}

void set_on_demand_limits(JsonView body, engine::TableSpec& spec) {
  const bool is_on_demand = spec.billing_mode == BillingMode::pay_per_request;
  if (!is_on_demand) {
    spec.on_demand_limits = {};
    for (auto& index : spec.indexes) index.on_demand_limits = {};
  }
  const auto given = member_of(body, "OnDemandThroughputOverride");
  if (!given) return;
  const auto limit = [&](const std::string& name) -> std::optional<long long> {
    const auto member = member_of(*given, name);
    if (!member) return std::nullopt;
    if (!is_on_demand) {
      throw engine::validation_error(name +
                                     " for OnDemandThroughput cannot be specified when table "
                                     "BillingMode is PROVISIONED.");
    }
    const auto units = integer_of(*member);
    if (units == -1) return std::nullopt;
    if (units < 1) {
      throw engine::validation_error("Requested " + name +
                                     " for OnDemandThroughput for table is outside of valid range");
    }
    return units;
  };
  spec.on_demand_limits = {limit("MaxReadRequestUnits"), limit("MaxWriteRequestUnits")};
}

void drop_unused_definitions(engine::TableSpec& spec) {
  std::set<std::string_view> used = {spec.key.partition.name};
  if (spec.key.sort) used.insert(spec.key.sort->name);
  for (const auto& index : spec.indexes) {
    for (const auto& attribute : index.partition) used.insert(attribute.name);
    for (const auto& attribute : index.sort) used.insert(attribute.name);
  }
  for (const auto& index : spec.vector_indexes) {
    for (const auto& attribute : index.hash) used.insert(attribute.name);
    for (const auto& attribute : index.inline_filters) used.insert(attribute.name);
  }
  std::erase_if(spec.attribute_definitions, [&](const engine::KeyAttribute& attribute) {
    return !used.contains(attribute.name);
  });
}

}  // namespace

nlohmann::ordered_json restored_table(const engine::Table& table, engine::TimePoint now) {
  nlohmann::ordered_json answer;
  answer["TableDescription"] = table_description(table, now);
  return answer;
}

void apply_overrides(JsonView body, const engine::Caller& caller, engine::TableSpec& spec) {
  if (const auto wish = encryption_wish_of(body, caller, "SSESpecificationOverride")) {
    spec.encryption = wish->encryption;
  }
  keep_indexes(body, "GlobalSecondaryIndexOverride", true, spec);
  keep_indexes(body, "LocalSecondaryIndexOverride", false, spec);
  keep_vector_indexes(body, spec);
  set_billing(body, spec);
  set_on_demand_limits(body, spec);
  drop_unused_definitions(spec);
}

}  // namespace api
