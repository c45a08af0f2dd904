#include "api/dynamodb/index_members.h"

#include <algorithm>
#include <set>

#include "api/dynamodb/table_members.h"
#include "api/dynamodb/throughput_members.h"
#include "api/member.h"
#include "api/shape_text.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;

constexpr std::string_view list_names[] = {"LocalSecondaryIndexes", "GlobalSecondaryIndexes"};

engine::Type scalar_type_of(std::string_view name) {
  if (name == "S") return engine::Type::string;
  return name == "N" ? engine::Type::number : engine::Type::binary;
}

engine::KeyAttribute defined(const engine::TableSpec& spec, std::string_view name) {
  return *std::find_if(spec.attribute_definitions.begin(), spec.attribute_definitions.end(),
                       [&](const engine::KeyAttribute& other) { return other.name == name; });
}

void read_key(const std::vector<KeyElement>& elements, const engine::TableSpec& spec,
              engine::Index& index) {
  for (const auto& element : elements) {
    (element.is_hash ? index.partition : index.sort).push_back(defined(spec, element.name));
  }
}

/// Same hash key as the table, and another sort key.
void require_local_roles(const std::vector<KeyElement>& elements, const engine::TableSpec& spec,
                         const std::string& name) {
  require_key_roles(elements);
  const std::string table_hash = spec.key.partition.name;
  if (elements[0].name != table_hash) {
    throw invalid_parameter_values(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
        name + ". index hash key: " + std::string(elements[0].name) +
        ", table hash key: " + table_hash);
  }
  if (elements.size() < 2) {
    throw invalid_parameter_values("Index KeySchema does not have a range key for index: " + name);
  }
}

/// Up to four HASH keys, then up to four RANGE keys.
void require_global_roles(const std::vector<KeyElement>& elements) {
  if (!elements[0].is_hash) {
    throw validation_error("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
  }
  std::set<std::string_view> names;
  for (const auto& element : elements) {
    if (names.insert(element.name).second) continue;
    throw validation_error("The KeySchema contains multiple key attributes with the same name");
  }
  const auto is_hash = [](const KeyElement& element) { return element.is_hash; };
  if (!std::ranges::is_partitioned(elements, is_hash)) {
    throw invalid_parameter_values(
        "All HASH key attributes must precede RANGE key attributes in the KeySchema");
  }
  const auto hash_keys = static_cast<std::size_t>(std::ranges::count_if(elements, is_hash));
  for (const auto& [count, kind] :
       {std::pair(hash_keys, "HASH"), std::pair(elements.size() - hash_keys, "RANGE")}) {
    if (count <= engine::limits::index_key_attributes_max) continue;
    throw invalid_parameter_values("The KeySchema exceeds the maximum allowed number of " +
                                   std::string(kind) + " key attributes");
  }
}

void read_throughput(JsonView element, const engine::TableSpec& spec, engine::Index& index) {
  const auto throughput = throughput_of(element, " for index " + index.name);
  const bool is_on_demand = spec.billing_mode == engine::BillingMode::pay_per_request;
  if (throughput && is_on_demand) {
    throw no_throughput_on_demand(index.name);
  }
  if (!throughput && !is_on_demand) {
    throw invalid_parameter_values("ProvisionedThroughput is not specified for index: " +
                                   index.name);
  }
  if (throughput) index.throughput = *throughput;
  const std::string whose = "index " + index.name;
  const auto mode = spec.billing_mode;
  const auto limits = on_demand_limits_of(element, mode, index.on_demand_limits, whose);
  if (limits) index.on_demand_limits = *limits;
  const auto warm = warm_throughput(mode, index.throughput, std::nullopt);
  index.warm_throughput = warm_throughput_of(element, warm, whose);
}

}  // namespace

engine::Index index_of(JsonView element, bool is_global, const engine::TableSpec& spec) {
  engine::Index index;
  index.name = std::string_view(required_member(element, "IndexName"));
  index.is_global = is_global;
  const auto elements = key_elements_of(required_member(element, "KeySchema"));
  require_definitions(elements, spec.attribute_definitions);
  if (is_global) {
    require_global_roles(elements);
  } else {
    require_local_roles(elements, spec, index.name);
  }
  read_key(elements, spec, index);
  read_projection(required_member(element, "Projection"), index.projection,
                  index.non_key_attributes);
  if (is_global) read_throughput(element, spec, index);
  return index;
}

namespace {

void require_counts(std::string_view list_name, std::size_t count) {
  if (count == 0) {
    throw invalid_parameter_values("List of " + std::string(list_name) + " is empty");
  }
  if (list_name == "GlobalSecondaryIndexes" && count > engine::limits::global_indexes_max) {
    throw invalid_parameter_values("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
  if (list_name == "LocalSecondaryIndexes" && count > engine::limits::local_indexes_max) {
    throw invalid_parameter_values("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
}

}  // namespace

void read_projection(JsonView projection, engine::IndexProjection& type,
                     std::vector<std::string>& non_key_attributes) {
  const auto given = member_of(projection, "ProjectionType");
  if (!given) throw invalid_parameter_values("Unknown ProjectionType: null");
  const std::string name{std::string_view(*given)};
  type = engine::projection_of(name);
  const auto attributes = member_of(projection, "NonKeyAttributes");
  const bool is_include = type == engine::IndexProjection::include;
  if (attributes.has_value() != is_include) {
    throw invalid_parameter_values("ProjectionType is " + name + ", but NonKeyAttributes is " +
                                   (is_include ? "not specified" : "specified"));
  }
  if (!attributes) return;
  for (const JsonView element : simdjson::dom::array(*attributes)) {
    const std::string attribute{std::string_view(element)};
    if (std::ranges::find(non_key_attributes, attribute) != non_key_attributes.end()) {
      throw invalid_parameter_values("Duplicate element in NonKeyAttributes: " + attribute);
    }
    non_key_attributes.push_back(attribute);
  }
}

std::vector<KeyElement> key_elements_of(JsonView key_schema) {
  std::vector<KeyElement> elements;
  for (const JsonView element : simdjson::dom::array(key_schema)) {
    elements.push_back({required_member(element, "AttributeName"),
                        std::string_view(required_member(element, "KeyType")) == "HASH"});
  }
  return elements;
}

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

void require_key_roles(const std::vector<KeyElement>& elements) {
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
}

std::vector<std::string_view> index_key_names_of(JsonView body) {
  std::vector<std::string_view> names;
  for (const auto list_name : list_names) {
    const auto list = member_of(body, list_name);
    if (!list) continue;
    for (const JsonView index : simdjson::dom::array(*list)) {
      for (const auto& element : key_elements_of(required_member(index, "KeySchema")))
        names.push_back(element.name);
    }
  }
  return names;
}

std::vector<engine::Index> indexes_of(JsonView body, const engine::TableSpec& spec) {
  std::vector<engine::Index> indexes;
  for (const auto list_name : list_names) {
    const auto list = member_of(body, list_name);
    if (!list) continue;
    const simdjson::dom::array elements = *list;
    require_counts(list_name, elements.size());
    const bool is_global = list_name == "GlobalSecondaryIndexes";
    if (!is_global && !spec.key.sort) {
      throw invalid_parameter_values(
          "Table KeySchema does not have a range key, which is required when specifying a "
          "LocalSecondaryIndex");
    }
    for (const JsonView element : elements) {
      auto index = index_of(element, is_global, spec);
      const auto has_name = [&](const engine::Index& other) { return other.name == index.name; };
      if (std::ranges::any_of(indexes, has_name)) {
        throw invalid_parameter_values("Duplicate index name: " + index.name);
      }
      indexes.push_back(std::move(index));
    }
  }
  std::size_t projected = 0;
  for (const auto& index : indexes) projected += index.non_key_attributes.size();
  require_projected_count(projected);
  return indexes;
}

void require_projected_count(std::size_t count) {
  if (count <= engine::limits::projected_attributes_max) return;
  throw invalid_parameter_values(
      "The total number of NonKeyAttributes of all indexes exceeds the per-table limit of 100");
}

std::vector<engine::KeyAttribute> attribute_definitions_of(JsonView body) {
  const auto list = member_of(body, "AttributeDefinitions");
  std::vector<engine::KeyAttribute> definitions;
  if (!list) return definitions;
  for (const JsonView element : simdjson::dom::array(*list)) {
    const std::string_view name = required_member(element, "AttributeName");
    const auto has_name = [&](const engine::KeyAttribute& other) { return other.name == name; };
    if (std::ranges::any_of(definitions, has_name)) {
      throw invalid_parameter_values("Attribute Name is duplicated: " + std::string(name));
    }
    definitions.push_back(
        {std::string(name), scalar_type_of(required_member(element, "AttributeType"))});
  }
  return definitions;
}

}  // namespace api
