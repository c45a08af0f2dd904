// CreateTable: a table, and its stream if one is wanted.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html

#include <algorithm>
#include <vector>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/table_description.h"
#include "api/dynamodb/table_members.h"
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

struct KeyElement {
  std::string_view name;
  bool is_hash = false;
};

engine::Type scalar_type_of(std::string_view name) {
  if (name == "S") return engine::Type::string;
  return name == "N" ? engine::Type::number : engine::Type::binary;
}

/// Indexes are refused, an empty list of them with AWS's words.
void refuse_indexes(JsonView body) {
  for (const std::string_view name : {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"}) {
    const auto list = member_of(body, name);
    if (list && simdjson::dom::array(*list).size() == 0) {
      throw invalid_parameter_values("List of " + std::string(name) + " is empty");
    }
  }
  refuse(body, {"GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes"});
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
  for (const JsonView element : simdjson::dom::array(body["AttributeDefinitions"])) {
    const std::string_view name = element["AttributeName"];
    const auto has_name = [&](const engine::KeyAttribute& other) { return other.name == name; };
    if (std::any_of(definitions.begin(), definitions.end(), has_name)) {
      throw invalid_parameter_values("Attribute Name is duplicated: " + std::string(name));
    }
    definitions.push_back({std::string(name), scalar_type_of(element["AttributeType"])});
  }
  return definitions;
}

std::vector<KeyElement> key_elements_of(JsonView body) {
  std::vector<KeyElement> elements;
  for (const JsonView element : simdjson::dom::array(body["KeySchema"])) {
    elements.push_back({element["AttributeName"], std::string_view(element["KeyType"]) == "HASH"});
  }
  return elements;
}

/// Throws if a key attribute has no definition.
void require_definitions(const std::vector<KeyElement>& elements,
                         const std::vector<engine::KeyAttribute>& definitions) {
  if (elements.size() > definitions.size()) {
    throw validation_error("Invalid KeySchema: Some index key attribute have no definition");
  }
  std::vector<std::string_view> keys;
  for (const auto& element : elements) keys.push_back(element.name);
  std::vector<std::string_view> defined;
  for (const auto& definition : definitions) defined.push_back(definition.name);
  for (const auto key : keys) {
    if (std::find(defined.begin(), defined.end(), key) != defined.end()) continue;
    throw invalid_parameter_values(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
        list_text(keys) + ", AttributeDefinitions: " + list_text(defined));
  }
}

/// In the order in which AWS looks at them (dynamodb.md 13.2).
void read_key(JsonView body, engine::TableSpec& spec) {
  spec.attribute_definitions = definitions_of(body);
  const auto elements = key_elements_of(body);
  require_definitions(elements, spec.attribute_definitions);
  const bool has_sort_key = elements.size() == 2;
  if (has_sort_key && elements[0].name == elements[1].name) {
    throw validation_error(
        "Invalid KeySchema: Both the Hash Key and the Range Key element in the KeySchema have the "
        "same name");
  }
  if (!elements[0].is_hash) {
    throw validation_error("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  if (has_sort_key && elements[1].is_hash) {
    throw validation_error(
        "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
  }
  if (elements.size() != spec.attribute_definitions.size()) {
    throw invalid_parameter_values(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  const auto defined = [&](std::string_view name) {
    return *std::find_if(spec.attribute_definitions.begin(), spec.attribute_definitions.end(),
                         [&](const engine::KeyAttribute& other) { return other.name == name; });
  };
  spec.key.partition = defined(elements[0].name);
  if (has_sort_key) spec.key.sort = defined(elements[1].name);
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
  spec.name = engine::table_name_of(body["TableName"]);
  if (!is_plain_table_name(spec.name) || spec.name.starts_with("arn:")) {
    throw validation_error("Invalid TableArn");
  }
  read_billing(body, spec);
  read_key(body, spec);
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
  refuse_indexes(call.body);
  refuse_encryption(call.body);
  refuse(call.body, {"WarmThroughput", "OnDemandThroughput", "ResourcePolicy",
                     "GlobalTableSourceArn", "GlobalTableSettingsReplicationMode"});
  const auto table = services.catalog.create(read(call.body), call.caller);
  nlohmann::ordered_json answer;
  answer["TableDescription"] = table_description(*table, "CREATING", services.clock.now());
  out += answer.dump();
}

}  // namespace api
