#include "engine/write/undo_log.h"

namespace engine {

void put_undo_entry(storage::Batch& batch, const Table& table, std::string_view item_key,
                    const std::optional<Item>& old_item, Streams& streams, TimePoint now) {
  // The store's running number: it is there, it grows, and it costs nothing.
  const auto key = UndoEntry::key(*table.recovery, item_key, streams.next_number(), now);
  batch.put(storage::Column::items, key, old_item ? std::string_view(old_item->bytes()) : "");
}

}  // namespace engine
