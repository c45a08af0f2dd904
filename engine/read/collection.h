#pragma once

#include <cstddef>
#include <string>

#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// How many items, or entries of an index, have keys with the prefix, and how large they are.
/// Counts; linear.
struct Extent {
  std::size_t items = 0;
  std::size_t bytes = 0;
};
Extent extent_of(const storage::Store& store, const std::string& key_prefix);

/// Bytes of an item collection: the items with that partition key, and their entries in local
/// indexes. Counts; linear.
std::size_t collection_bytes(const storage::Store& store, const Table& table, ValueView partition);

}  // namespace engine
