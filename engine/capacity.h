#pragma once

#include <cstddef>

#include "engine/table/index.h"

namespace engine {

/// Capacity units (dynamodb.md 9.1; Amazon DynamoDB Developer Guide, "Capacity unit consumption").
/// An item that does not exist has no bytes.
double read_units(std::size_t item_bytes, bool is_consistent);
double write_units(std::size_t old_item_bytes, std::size_t new_item_bytes);
/// Of what a write did to an index: a moved entry is a removed one and a new one.
double index_write_units(const IndexChange& change);

}  // namespace engine
