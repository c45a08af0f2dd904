#include "engine/read/collection.h"

#include "engine/table/item_key.h"

namespace engine {

namespace {

std::size_t bytes_under(const storage::Store& store, const std::string& prefix) {
  std::size_t bytes = 0;
  for (auto cursor = store.scan(storage::Column::items, prefix, storage::after_prefix(prefix));
       cursor.valid(); cursor.next()) {
    bytes += MapView(cursor.value()).size_bytes();
  }
  return bytes;
}

}  // namespace

std::size_t collection_bytes(const storage::Store& store, const Table& table, ValueView partition) {
  std::size_t bytes = bytes_under(store, table.partition_prefix(partition));
  for (const auto& index : table.indexes) {
    if (!index->is_global) bytes += bytes_under(store, index->partition_prefix(partition));
  }
  return bytes;
}

}  // namespace engine
