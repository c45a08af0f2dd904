#include "engine/read/page.h"

#include <cassert>
#include <string>

#include "engine/limits.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

/// `store` is the store, or a snapshot of it.
template <typename Store>
storage::Cursor cursor_of(const Store& store, const PageRequest& request) {
  const auto& [from, to] = request.range;
  return request.is_forward ? store.scan(storage::Column::items, from, to)
                            : store.scan_back(storage::Column::items, from, to);
}

/// Reads the items of a local index's entries from the table.
class Fetching {
 public:
  Fetching(const storage::Store& store, const Table& table)
      : snapshot_(store.snapshot()), table_(table) {}

  const storage::Snapshot& snapshot() const { return snapshot_; }

  MapView item_of(MapView entry) {
    key_ = table_.partition_prefix(entry.find(table_.key.partition.name).value());
    if (table_.key.sort) append_key_value(key_, entry.find(table_.key.sort->name).value());
    [[maybe_unused]] const bool is_there = snapshot_.get(storage::Column::items, key_, item_);
    assert(is_there);  // As its entry is.
    return MapView(item_);
  }

 private:
  storage::Snapshot snapshot_;
  const Table& table_;
  std::string key_;
  std::string item_;
};

}  // namespace

PageEnd read_page(const storage::Store& store, const PageRequest& request,
                  const std::function<void(MapView item)>& visit) {
  PageEnd end;
  if (!request.range.to.empty() && request.range.from >= request.range.to) return end;
  std::optional<Fetching> fetching;
  if (request.fetches_items) fetching.emplace(store, request.source.table());
  std::size_t fetched_bytes = 0;
  auto cursor = fetching ? cursor_of(fetching->snapshot(), request) : cursor_of(store, request);
  while (cursor.valid()) {
    const MapView entry(cursor.value());
    ++end.items;
    end.bytes += entry.size_bytes();
    if (!fetching) {
      visit(entry);
    } else {
      const MapView item = fetching->item_of(entry);
      const std::size_t bytes = item.size_bytes();
      fetched_bytes += bytes;
      end.fetched_blocks += (bytes + limits::read_block_bytes - 1) / limits::read_block_bytes;
      visit(item);
    }
    const bool has_enough = end.items >= request.items_max;
    if (!has_enough && end.bytes + fetched_bytes < request.bytes_max) {
      cursor.next();
      continue;
    }
    // A page that has all the items it may have does not look whether there are more.
    Item last_key = request.source.start_of(entry);
    if (!has_enough) cursor.next();
    if (has_enough || cursor.valid()) end.last_key = std::move(last_key);
    break;
  }
  return end;
}

}  // namespace engine
