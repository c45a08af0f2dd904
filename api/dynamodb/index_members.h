#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "engine/table/catalog.h"

/// The indexes of a CreateTable or UpdateTable, read and checked (dynamodb.md 13.2 and 14).
namespace api {

struct KeyElement {
  std::string_view name;
  bool is_hash = false;
};

std::vector<KeyElement> key_elements_of(JsonView key_schema);

/// Throws if a key attribute has no definition.
void require_definitions(const std::vector<KeyElement>& elements,
                         const std::vector<engine::KeyAttribute>& definitions);
/// Throws if the first is no HASH key, or a second one no RANGE key of another name.
void require_key_roles(const std::vector<KeyElement>& elements);

/// Names of the keys of all indexes, as they are written.
std::vector<std::string_view> index_key_names_of(JsonView body);

/// `Projection` of an index. Throws for a type without its attributes, or the reverse.
void read_projection(JsonView projection, engine::IndexProjection& type,
                     std::vector<std::string>& non_key_attributes);
/// `AttributeDefinitions`; none if they are left out. Throws for a name that is there twice.
std::vector<engine::KeyAttribute> attribute_definitions_of(JsonView body);

/// Of the index, `spec` has the rest of its table.
engine::Index index_of(JsonView element, bool is_global, const engine::TableSpec& spec);
/// Throws if the indexes of a table name too many attributes that are no keys.
void require_projected_count(std::size_t count);

/// `spec` has all but its indexes.
std::vector<engine::Index> indexes_of(JsonView body, const engine::TableSpec& spec);

}  // namespace api
