#include "api/dynamodb/vector_members.h"

#include <algorithm>
#include <set>
#include <string>

#include "api/dynamodb/index_members.h"
#include "api/dynamodb/index_updates.h"
#include "api/member.h"
#include "engine/api_error.h"
#include "engine/limits.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;
using Json = nlohmann::ordered_json;

using Definitions = std::vector<engine::KeyAttribute>;

engine::KeyAttribute defined(const Definitions& definitions, std::string_view name) {
  const auto found = std::ranges::find(definitions, name, &engine::KeyAttribute::name);
  if (found != definitions.end()) return *found;
  throw validation_error("One element in SearchSchema is not defined in attribute definitions");
}

void read_search_schema(JsonView element, const Definitions& definitions,
                        engine::VectorIndex& index) {
  const auto schema = member_of(element, "SearchSchema");
  if (!schema) return;
  std::set<std::string_view> names;
  for (const JsonView part : simdjson::dom::array(*schema)) {
    const std::string_view name = required_member(part, "AttributeName");
    if (!names.insert(name).second) {
      throw invalid_parameter_values("Duplicate element in SearchSchema: " + std::string(name));
    }
    const std::string_view type = required_member(part, "SearchSchemaElementType");
    (type == "HASH" ? index.hash : index.inline_filters).push_back(defined(definitions, name));
  }
  if (index.hash.size() > engine::limits::index_key_attributes_max) {
    throw invalid_parameter_values(
        "The SearchSchema exceeds the maximum allowed number of HASH key attributes");
  }
}

engine::ApiError no_key(const std::string& attribute) {
  return invalid_parameter_values("VectorAttribute must not be a key attribute: " + attribute);
}

/// Only a list can be a vector, and nothing that has a definition is one.
void require_free_attribute(const engine::VectorIndex& index, const engine::KeySchema& key,
                            const Definitions& definitions) {
  const auto& name = index.attribute_name;
  const bool is_key = name == key.partition.name || (key.sort && name == key.sort->name);
  if (!is_key &&
      std::ranges::find(definitions, name, &engine::KeyAttribute::name) == definitions.end()) {
    return;
  }
  throw no_key(name);
}

engine::VectorIndex read_vector_index(JsonView element, const Definitions& definitions,
                                      const engine::KeySchema& key) {
  engine::VectorIndex index;
  index.name = std::string_view(required_member(element, "IndexName"));
  const auto dimensions = integer_of(required_member(element, "Dimensions"));
  constexpr auto dimensions_max = static_cast<long long>(engine::limits::vector_dimensions_max);
  if (dimensions > dimensions_max) {
    throw invalid_parameter_values("Dimensions of index " + index.name + " must be between 1 and " +
                                   std::to_string(dimensions_max) + " inclusive");
  }
  index.dimensions = static_cast<std::size_t>(dimensions);
  const auto attribute = required_member(element, "VectorAttribute");
  index.attribute_name = std::string_view(required_member(attribute, "AttributeName"));
  index.distance =
      engine::distance_of(std::string_view(required_member(element, "DistanceFunction")));
  read_search_schema(element, definitions, index);
  require_free_attribute(index, key, definitions);
  read_projection(required_member(element, "Projection"), index.projection,
                  index.non_key_attributes);
  return index;
}

/// One attribute cannot hold vectors of several lengths.
template <typename Others>
void require_same_dimensions(const engine::VectorIndex& index, const Others& others) {
  for (const auto& other : others) {
    if (other->attribute_name != index.attribute_name || other->dimensions == index.dimensions) {
      continue;
    }
    throw invalid_parameter_values(
        "Vector indexes on the same attribute must have the same "
        "Dimensions: " +
        other->name + ", " + index.name);
  }
}

/// As index_updates.cc has it for keys: what is defined already stays as it is.
void require_same_types(const engine::Table& table, const engine::VectorIndex& index,
                        const Definitions& given) {
  auto wanted = index;
  std::string_view clash;
  for (auto* attributes : {&wanted.hash, &wanted.inline_filters}) {
    for (auto& attribute : *attributes) {
      const auto definition = std::ranges::find(given, attribute.name, &engine::KeyAttribute::name);
      if (definition == given.end() || definition->type == attribute.type) continue;
      attribute.type = definition->type;
      if (clash.empty()) clash = definition->name;
    }
  }
  if (clash.empty()) return;
  throw redefined(table, clash, schema_text(wanted.hash, wanted.inline_filters, "INLINE_FILTER"));
}

engine::VectorIndex new_index(JsonView element, JsonView body, const engine::Table& table) {
  const auto given = attribute_definitions_of(body);
  Definitions definitions = table.attribute_definitions;
  definitions.insert(definitions.end(), given.begin(), given.end());
  auto index = read_vector_index(element, definitions, table.key);
  require_same_types(table, index, given);
  return index;
}

void require_new_index(const engine::Table& table, const engine::VectorIndex& index) {
  if (table.index(index.name) || table.vector_index(index.name)) {
    throw validation_error("Attempting to create an index which already exists");
  }
  if (table.vector_indexes.size() >= engine::limits::vector_indexes_max) {
    throw engine::ApiError("LimitExceededException",
                           "Subscriber limit exceeded: Number of vector indexes exceeds per-table "
                           "limit of " +
                               std::to_string(engine::limits::vector_indexes_max));
  }
  require_same_dimensions(index, table.vector_indexes);
  require_no_vectors(table, index.hash);
  require_no_vectors(table, index.inline_filters);
}

void require_index(const engine::Table& table, const std::string& name) {
  if (table.vector_index(name)) return;
  if (table.index(name)) {
    throw validation_error("Cannot delete an index that is not a VectorIndex: " + name);
  }
  throw engine::resource_not_found(": Index " + name + " for table " + table.name);
}

Json search_schema(const engine::VectorIndex& index) {
  Json schema = Json::array();
  const auto add = [&](const Definitions& attributes, const char* type) {
    for (const auto& attribute : attributes) {
      schema.push_back({{"AttributeName", attribute.name}, {"SearchSchemaElementType", type}});
    }
  };
  add(index.hash, "HASH");
  add(index.inline_filters, "INLINE_FILTER");
  return schema;
}

Json description_of(const engine::Table& table, const engine::VectorIndex& index) {
  Json description = vector_index_info(index);
  description["IndexStatus"] = engine::status_name(index.status);
  const auto creating = engine::TableStatus::creating;
  if (index.status == creating && table.status != creating) {
    description["Backfilling"] = !index.is_allocating;
  }
  description["IndexSizeBytes"] = index.size->bytes.load();
  description["ItemCount"] = index.size->items.load();
  description["IndexArn"] = table.arn + "/index/" + index.name;
  return description;
}

/// Whether they have the same names and types, in any order.
bool are_same(const Definitions& some, const Definitions& others) {
  return std::ranges::is_permutation(some, others, [](const auto& one, const auto& other) {
    return one.name == other.name && one.type == other.type;
  });
}

}  // namespace

std::vector<std::string_view> search_schema_names_of(JsonView body) {
  std::vector<std::string_view> names;
  const auto list = member_of(body, "VectorIndexes");
  if (!list) return names;
  for (const JsonView element : simdjson::dom::array(*list)) {
    const auto schema = member_of(element, "SearchSchema");
    if (!schema) continue;
    for (const JsonView part : simdjson::dom::array(*schema)) {
      names.push_back(required_member(part, "AttributeName"));
    }
  }
  return names;
}

std::vector<engine::VectorIndex> vector_indexes_of(JsonView body, const engine::TableSpec& spec) {
  std::vector<engine::VectorIndex> indexes;
  const auto list = member_of(body, "VectorIndexes");
  if (!list) return indexes;
  const simdjson::dom::array elements = *list;
  if (elements.size() == 0) throw invalid_parameter_values("List of VectorIndexes is empty");
  if (elements.size() > engine::limits::vector_indexes_max) {
    throw invalid_parameter_values("VectorIndex count exceeds the per-table limit of " +
                                   std::to_string(engine::limits::vector_indexes_max));
  }
  if (spec.billing_mode != engine::BillingMode::pay_per_request) throw only_on_demand();
  std::set<std::string> names;
  for (const auto& index : spec.indexes) names.insert(index.name);
  for (const JsonView element : elements) {
    auto index = read_vector_index(element, spec.attribute_definitions, spec.key);
    if (!names.insert(index.name).second) {
      throw invalid_parameter_values("Duplicate index name: " + index.name);
    }
    std::vector<const engine::VectorIndex*> others;
    for (const auto& other : indexes) others.push_back(&other);
    require_same_dimensions(index, others);
    indexes.push_back(std::move(index));
  }
  return indexes;
}

engine::ApiError only_on_demand() {
  return invalid_parameter_values(
      "VectorIndexes can only be specified when BillingMode is PAY_PER_REQUEST");
}

bool defines(JsonView element, const engine::VectorIndex& index, const engine::TableSpec& spec) {
  const auto defined = read_vector_index(element, spec.attribute_definitions, spec.key);
  return defined.name == index.name && defined.attribute_name == index.attribute_name &&
         defined.dimensions == index.dimensions && defined.distance == index.distance &&
         are_same(defined.hash, index.hash) &&
         are_same(defined.inline_filters, index.inline_filters) &&
         defined.projection == index.projection &&
         std::ranges::is_permutation(defined.non_key_attributes, index.non_key_attributes);
}

void require_no_vectors(const engine::Table& table,
                        const std::vector<engine::KeyAttribute>& attributes) {
  for (const auto& index : table.vector_indexes) {
    const auto& name = index->attribute_name;
    if (std::ranges::find(attributes, name, &engine::KeyAttribute::name) != attributes.end()) {
      throw no_key(name);
    }
  }
}

void read_vector_updates(JsonView body, const engine::Table& table, engine::TableChange& change) {
  const auto list = member_of(body, "VectorIndexUpdates");
  if (!list) return;
  for (const JsonView update : simdjson::dom::array(*list)) {
    const auto create = member_of(update, "Create");
    const auto remove = member_of(update, "Delete");
    if (create.has_value() == remove.has_value()) {
      throw invalid_parameter_values(
          "One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null");
    }
    if (change.create_index || !change.delete_index.empty() || change.create_vector_index ||
        !change.delete_vector_index.empty()) {
      throw engine::ApiError("LimitExceededException",
                             "Subscriber limit exceeded: Only 1 online index can be created or "
                             "deleted simultaneously per table");
    }
    if (remove) {
      change.delete_vector_index = std::string_view(required_member(*remove, "IndexName"));
      continue;
    }
    auto index = new_index(*create, body, table);
    for (const auto* attributes : {&index.hash, &index.inline_filters}) {
      for (const auto& attribute : *attributes) change.attribute_definitions.push_back(attribute);
    }
    change.create_vector_index = std::move(index);
  }
}

void require_vector_change(const engine::Table& table, const engine::TableChange& change) {
  const auto mode = change.billing_mode.value_or(table.billing_mode);
  const bool is_on_demand = mode == engine::BillingMode::pay_per_request;
  if (!is_on_demand && (change.create_vector_index || !table.vector_indexes.empty())) {
    throw only_on_demand();
  }
  if (change.create_vector_index) require_new_index(table, *change.create_vector_index);
  if (!change.delete_vector_index.empty()) require_index(table, change.delete_vector_index);
}

Json vector_index_info(const engine::VectorIndex& index) {
  Json info = {{"IndexName", index.name}};
  auto schema = search_schema(index);
  if (!schema.empty()) info["SearchSchema"] = std::move(schema);
  auto& projection = info["Projection"];
  projection["ProjectionType"] = engine::projection_name(index.projection);
  if (index.projection == engine::IndexProjection::include) {
    projection["NonKeyAttributes"] = index.non_key_attributes;
  }
  info["VectorAttribute"] = {{"AttributeName", index.attribute_name}};
  info["Dimensions"] = index.dimensions;
  info["DistanceFunction"] = engine::distance_name(index.distance);
  return info;
}

void describe_vector_indexes(const engine::Table& table, nlohmann::ordered_json& description) {
  Json descriptions = Json::array();
  for (const auto& index : table.vector_indexes) {
    descriptions.push_back(description_of(table, *index));
  }
  if (!descriptions.empty()) description["VectorIndexes"] = std::move(descriptions);
}

}  // namespace api
