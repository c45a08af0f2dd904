#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/table/change.h"

/// Vector indexes in the requests and answers about tables (dynamodb.md 18).
namespace api {

/// Names of the attributes of all search schemas, as they are written.
std::vector<std::string_view> search_schema_names_of(JsonView body);
/// Those of a CreateTable. `spec` has all but these.
std::vector<engine::VectorIndex> vector_indexes_of(JsonView body, const engine::TableSpec& spec);

/// ValidationException: a table of another billing mode has no vector indexes.
engine::ApiError only_on_demand();
/// Whether the element defines the index as it is. Throws for an element that defines none; `spec`
/// has the table of the index.
bool defines(JsonView element, const engine::VectorIndex& index, const engine::TableSpec& spec);
/// Throws if an index that is there has one of the attributes for its vectors: it can be no key.
void require_no_vectors(const engine::Table& table,
                        const std::vector<engine::KeyAttribute>& attributes);

/// `VectorIndexUpdates` of an UpdateTable of that table.
void read_vector_updates(JsonView body, const engine::Table& table, engine::TableChange& change);
/// What only the table itself can tell. Throws `ApiError`.
void require_vector_change(const engine::Table& table, const engine::TableChange& change);

/// The index as it was defined.
nlohmann::ordered_json vector_index_info(const engine::VectorIndex& index);
/// `VectorIndexes` of a table, if there are any; with their sizes, once these are known.
void describe_vector_indexes(const engine::Table& table, nlohmann::ordered_json& description);

}  // namespace api
