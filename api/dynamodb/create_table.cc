// CreateTable: a table, its indexes, and its stream if one is wanted.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

#include <algorithm>
#include <vector>

#include "api/dynamodb/encryption_members.h"
#include "api/dynamodb/index_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/resource_policy.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
#include "api/dynamodb/table_spec.h"
#include "api/dynamodb/throughput_members.h"
#include "api/dynamodb/vector_members.h"
#include "api/member.h"
#include "api/shape_errors.h"
#include "api/shape_text.h"
#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;

const Input& input = input_of("dynamodb", "CreateTable");

void read_billing(JsonView body, engine::TableSpec& spec) {
  spec.billing_mode = billing_mode_of(body).value_or(engine::BillingMode::provisioned);
  const auto throughput = throughput_of(body);
  if (spec.billing_mode == engine::BillingMode::pay_per_request && throughput) {
    throw invalid_parameter_values(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (spec.billing_mode == engine::BillingMode::provisioned && !throughput) {
    throw invalid_parameter_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  if (throughput) spec.throughput = *throughput;
  const auto mode = spec.billing_mode;
  spec.on_demand_limits = on_demand_limits_of(body, mode, {}).value_or(spec.on_demand_limits);
  const auto warm = warm_throughput(mode, spec.throughput, std::nullopt);
  spec.warm_throughput = warm_throughput_of(body, warm);
}

/// Throws if there is a definition that no key uses.
void require_all_used(JsonView body, const std::vector<KeyElement>& elements,
                      const std::vector<engine::KeyAttribute>& definitions) {
  std::vector<std::string_view> used;
  for (const auto& element : elements) used.push_back(element.name);
  auto of_indexes = index_key_names_of(body);
  for (const auto name : search_schema_names_of(body)) of_indexes.push_back(name);
  if (of_indexes.empty()) {
    if (elements.size() == definitions.size()) return;
    throw invalid_parameter_values(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  for (const auto name : of_indexes) {
    if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(name);
  }
  std::vector<std::string_view> defined;
  for (const auto& definition : definitions) defined.push_back(definition.name);
  const auto is_used = [&](std::string_view name) {
    return std::find(used.begin(), used.end(), name) != used.end();
  };
  if (std::all_of(defined.begin(), defined.end(), is_used)) return;
  throw invalid_parameter_values("Some AttributeDefinitions are not used. AttributeDefinitions: " +
                                 list_text(defined) + ", keys used: " + list_text(used));
}

/// In the order in which AWS looks at them (dynamodb.md 13.2).
void read_key(JsonView body, engine::TableSpec& spec) {
  spec.attribute_definitions = attribute_definitions_of(body);
  const auto elements = key_elements_of(required_member(body, "KeySchema"));
  require_definitions(elements, spec.attribute_definitions);
  require_key_roles(elements);
  require_all_used(body, elements, spec.attribute_definitions);
  const auto defined = [&](std::string_view name) {
    return *std::find_if(spec.attribute_definitions.begin(), spec.attribute_definitions.end(),
                         [&](const engine::KeyAttribute& other) { return other.name == name; });
  };
  spec.key.partition = defined(elements[0].name);
  if (elements.size() == 2) spec.key.sort = defined(elements[1].name);
}

void read_stream(JsonView body, engine::TableSpec& spec) {
  const auto wish = stream_wish_of(body);
  if (!wish) return;
  if (wish->is_enabled && !wish->view_type) {
    throw invalid_parameter_values(
        "Table is being created with a stream enabled, UpdateViewType is required");
  }
  if (!wish->is_enabled && wish->view_type) {
    throw invalid_parameter_values(
        "Table is being created with a stream disabled, UpdateViewType should not be specified");
  }
  spec.stream = wish->view_type;
}

engine::TableSpec read(JsonView body, const engine::Caller& caller) {
  engine::TableSpec spec;
  spec.name = engine::table_name_of(required_member(body, "TableName"));
  if (!is_plain_table_name(spec.name) || spec.name.starts_with("arn:")) {
    throw validation_error("Invalid TableArn");
  }
  read_billing(body, spec);
  read_key(body, spec);
  spec.indexes = indexes_of(body, spec);
  spec.vector_indexes = vector_indexes_of(body, spec);
  read_stream(body, spec);
  spec.table_class = table_class_of(body).value_or("");
  spec.tags = tags_of(body);
  if (const auto wish = encryption_wish_of(body, caller)) spec.encryption = wish->encryption;
  if (const auto protection = member_of(body, "DeletionProtectionEnabled")) {
    spec.deletion_protection = boolean_of(*protection);
  }
  return spec;
}

}  // namespace

void create_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  // A table in several regions has another region to be in; there is none.
  refuse(call.body, {"GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"});
  auto spec = read(call.body, call.caller);
  read_policy(call.body, services, spec);
  const auto table = services.catalog.create(spec, call.caller);
  nlohmann::ordered_json answer;
  answer["TableDescription"] = table_description(*table, services.clock.now());
  out += answer.dump();
}

engine::TableSpec read_table_spec(JsonView body, const engine::Caller& caller) {
  return read(body, caller);
}

}  // namespace api
