#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "engine/table/change.h"

/// Vector indexes in the requests and answers about tables (dynamodb.md 18).
namespace api {

/// Names of the attributes of all search schemas, as they are written.
std::vector<std::string_view> search_schema_names_of(JsonView body);
/// Those of a CreateTable. `spec` has all but these.
std::vector<engine::VectorIndex> vector_indexes_of(JsonView body, const engine::TableSpec& spec);

/// `VectorIndexUpdates` of an UpdateTable of that table.
void read_vector_updates(JsonView body, const engine::Table& table, engine::TableChange& change);
/// What only the table itself can tell. Throws `ApiError`.
void require_vector_change(const engine::Table& table, const engine::TableChange& change);

/// `VectorIndexes` of a table, if there are any; with their sizes, once these are known.
void describe_vector_indexes(const engine::Table& table, nlohmann::ordered_json& description);

}  // namespace api
