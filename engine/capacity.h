#pragma once

#include <cstddef>

namespace engine {

/// Capacity units (dynamodb.md 9.1; Amazon DynamoDB Developer Guide, "Capacity unit consumption").
/// An item that does not exist has no bytes.
double read_units(std::size_t item_bytes, bool is_consistent);
double write_units(std::size_t old_item_bytes, std::size_t new_item_bytes);

}  // namespace engine
