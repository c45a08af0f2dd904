// CreateTable: a table, its indexes, and its stream if one is wanted.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

#include <algorithm>
#include <vector>

#include "api/dynamodb/index_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/resource_policy.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
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

engine::Type scalar_type_of(std::string_view name) {
  if (name == "S") return engine::Type::string;
  return name == "N" ? engine::Type::number : engine::Type::binary;
}

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
}

std::vector<engine::KeyAttribute> definitions_of(JsonView body) {
  std::vector<engine::KeyAttribute> definitions;
  for (const JsonView element :
       simdjson::dom::array(required_member(body, "AttributeDefinitions"))) {
    const std::string_view name = required_member(element, "AttributeName");
    const auto has_name = [&](const engine::KeyAttribute& other) { return other.name == name; };
    if (std::any_of(definitions.begin(), definitions.end(), has_name)) {
      throw invalid_parameter_values("Attribute Name is duplicated: " + std::string(name));
    }
    definitions.push_back(
        {std::string(name), scalar_type_of(required_member(element, "AttributeType"))});
  }
  return definitions;
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
  spec.attribute_definitions = definitions_of(body);
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

engine::TableSpec read(JsonView body) {
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
  if (const auto protection = member_of(body, "DeletionProtectionEnabled")) {
    spec.deletion_protection = boolean_of(*protection);
  }
  return spec;
}

}  // namespace

void create_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  refuse_encryption(call.body);
  refuse(call.body, {"WarmThroughput", "OnDemandThroughput", "GlobalTableSourceArn",
                     "GlobalTableSettingsReplicationMode"});
  auto spec = read(call.body);
  read_policy(call.body, services, spec);
  const auto table = services.catalog.create(spec, call.caller);
  nlohmann::ordered_json answer;
  answer["TableDescription"] = table_description(*table, "CREATING", services.clock.now());
  out += answer.dump();
}

}  // namespace api
