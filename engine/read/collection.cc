#include "engine/read/collection.h"

#include "engine/table/item_key.h"

namespace engine {

Extent extent_of(const storage::Store& store, const std::string& key_prefix) {
  Extent extent;
  for (auto cursor =
           store.scan(storage::Column::items, key_prefix, storage::after_prefix(key_prefix));
       cursor.valid(); cursor.next()) {
    ++extent.items;
    extent.bytes += MapView(cursor.value()).size_bytes();
  }
  return extent;
}

std::size_t collection_bytes(const storage::Store& store, const Table& table, ValueView partition) {
  std::size_t bytes = extent_of(store, table.partition_prefix(partition)).bytes;
  for (const auto& index : table.indexes) {
    if (!index->is_global)
      bytes += extent_of(store, index->partition_prefix({&partition, 1})).bytes;
  }
  return bytes;
}

}  // namespace engine
