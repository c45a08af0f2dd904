#pragma once

#include <optional>

#include "engine/table/table.h"

namespace engine {

/// What items may hold in attributes that belong to vector indexes (dynamodb.md 18; Amazon DynamoDB
/// Developer Guide, "Writing items with vector data"): a vector is a list of as many numbers as the
/// index has dimensions, attributes of the search schema have their types. What is not there is
/// always right: the item is not in the index then. Only what is not as in `old_item` is looked at.
/// Throws ValidationException, for the index that comes first by its name.
void require_vectors(const Table& table, std::optional<MapView> old_item, MapView item);

}  // namespace engine
