#pragma once

#include <cstddef>
#include <string>

#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// Bytes of an item collection: the items with that partition key, and their entries in local
/// indexes. Counts; linear.
std::size_t collection_bytes(const storage::Store& store, const Table& table, ValueView partition);

}  // namespace engine
