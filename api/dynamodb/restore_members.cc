#include "api/dynamodb/restore_members.h"

#include <algorithm>
#include <set>

#include "api/dynamodb/encryption_members.h"
#include "api/dynamodb/index_members.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/throughput_members.h"
#include "api/dynamodb/vector_members.h"
#include "engine/api_error.h"

namespace api {

namespace {

using engine::BillingMode;
using engine::invalid_parameter_values;

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

engine::ApiError no_match(std::string_view name) {
  return invalid_parameter_values("Index does not match one of the source table: " +
                                  std::string(name));
}

void require_new_name(std::set<std::string_view>& seen, std::string_view name) {
  if (seen.insert(name).second) return;
  throw invalid_parameter_values("Duplicate index name: " + std::string(name));
}

/// What is left out is as it is in the source.
void set_throughput(JsonView element, BillingMode mode, engine::Index& index) {
  const std::string whose = "index " + index.name;
  if (const auto throughput = throughput_of(element, " for " + whose)) {
    if (mode == BillingMode::pay_per_request) throw no_throughput_on_demand(index.name);
    index.throughput = *throughput;
  }
  if (const auto limits = on_demand_limits_of(element, mode, {}, whose)) {
    index.on_demand_limits = *limits;
  }
  const auto warm = warm_throughput(mode, index.throughput, std::nullopt);
  index.warm_throughput = warm_throughput_of(element, warm, whose);
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
    require_new_name(seen, name);
    const auto index =
        std::find_if(spec.indexes.begin(), spec.indexes.end(), [&](const engine::Index& other) {
          return other.name == name && other.is_global == is_global && is_same(element, other);
        });
    if (index == spec.indexes.end()) throw no_match(name);
    if (is_global) set_throughput(element, spec.billing_mode, *index);
    kept.push_back(std::move(*index));
  }
  spec.indexes = std::move(kept);
}

void keep_vector_indexes(JsonView body, engine::TableSpec& spec) {
  const auto list = member_of(body, "VectorIndexOverride");
  if (!list) return;
  std::vector<engine::VectorIndex> kept;
  std::set<std::string_view> seen;
  for (const JsonView element : simdjson::dom::array(*list)) {
    const std::string_view name = required_member(element, "IndexName");
    require_new_name(seen, name);
    const auto index = std::ranges::find(spec.vector_indexes, name, &engine::VectorIndex::name);
    if (index == spec.vector_indexes.end() || !defines(element, *index, spec)) {
      throw no_match(name);
    }
    kept.push_back(*index);
  }
  spec.vector_indexes = std::move(kept);
}

/// The mode of the restored table, and what it has not in that.
void set_billing_mode(JsonView body, engine::TableSpec& spec) {
  if (const auto mode = member_of(body, "BillingModeOverride")) {
    spec.billing_mode = std::string_view(*mode) == "PAY_PER_REQUEST" ? BillingMode::pay_per_request
                                                                     : BillingMode::provisioned;
  }
  const bool is_on_demand = spec.billing_mode == BillingMode::pay_per_request;
  const auto clear = [&](auto& whose) {
    if (is_on_demand) whose.throughput = {};
    if (!is_on_demand) whose.on_demand_limits = {};
  };
  clear(spec);
  for (auto& index : spec.indexes) clear(index);
}

void set_throughput(JsonView body, engine::TableSpec& spec) {
  const auto throughput = throughput_of(body, "", "ProvisionedThroughputOverride");
  if (throughput && spec.billing_mode == BillingMode::pay_per_request) {
    throw invalid_parameter_values(
        "ProvisionedThroughputOverride cannot be specified when the billing mode of the restored "
        "table is PAY_PER_REQUEST");
  }
  if (throughput) spec.throughput = *throughput;
  const auto limits =
      on_demand_limits_of(body, spec.billing_mode, {}, "table", "OnDemandThroughputOverride");
  if (limits) spec.on_demand_limits = *limits;
}

/// Not every mode goes with everything that is left of the source.
void require_billing(const engine::TableSpec& spec) {
  if (spec.billing_mode == BillingMode::pay_per_request) return;
  const auto has_units = [](const engine::Throughput& units) { return units.read_units > 0; };
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
  if (!spec.vector_indexes.empty()) throw only_on_demand();
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
  set_billing_mode(body, spec);
  set_throughput(body, spec);
  keep_indexes(body, "GlobalSecondaryIndexOverride", true, spec);
  keep_indexes(body, "LocalSecondaryIndexOverride", false, spec);
  keep_vector_indexes(body, spec);
  require_billing(spec);
  drop_unused_definitions(spec);
}

}  // namespace api
