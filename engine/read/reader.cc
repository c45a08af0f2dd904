#include "engine/read/reader.h"

#include <mutex>

#include "engine/read/collection.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

/// Of a table or an index.
void count(const storage::Store& store, std::uint32_t id, TableSize& size) {
  const Extent extent = extent_of(store, table_prefix(id));
  size.items = static_cast<long long>(extent.items);
  size.bytes = static_cast<long long>(extent.bytes);
}

}  // namespace

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
  count(store_, table.id, life.size);
  const Table& current = life.current ? *life.current : table;
  for (const auto& index : current.indexes) count(store_, index->id, *index->size);
  for (const auto& index : current.vector_indexes) count(store_, index->id, *index->size);
  life.size_is_known = true;
  return life.size;
}

std::size_t Reader::collection_gigabytes(const Table& table, ValueView partition) const {
  constexpr std::size_t gigabyte = 1 << 30;
  // Mostly everything there is, is less.
  if (store_.approximate_bytes(storage::Column::items) < gigabyte) return 0;
  return collection_bytes(store_, table, partition) / gigabyte;
}

}  // namespace engine
