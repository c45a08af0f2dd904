#include "engine/read/reader.h"

#include <mutex>

#include "engine/table/item_key.h"

namespace engine {

std::optional<Item> Reader::item(std::string_view key) const {
  std::string entries;
  if (!store_.get(storage::Column::items, key, entries)) return std::nullopt;
  return Item(std::move(entries));
}

const TableSize& Reader::size_of(const Table& table) const {
  auto& life = *table.life;
  if (life.size_is_known) return life.size;
  const std::unique_lock gate(life.gate);
  if (life.size_is_known) return life.size;
  long long items = 0;
  long long bytes = 0;
  for (auto cursor =
           store_.scan(storage::Column::items, table_prefix(table.id), table_prefix(table.id + 1));
       cursor.valid(); cursor.next()) {
    ++items;
    bytes += static_cast<long long>(MapView(cursor.value()).size_bytes());
  }
  life.size.items = items;
  life.size.bytes = bytes;
  life.size_is_known = true;
  return life.size;
}

}  // namespace engine
