#include "engine/write/due_entries.h"

#include <mutex>
#include <shared_mutex>

#include "engine/write/writer.h"

namespace engine {

std::optional<std::int64_t> put_due_entry(storage::Batch& batch, const Table& table,
                                          std::string_view item_key,
                                          const std::optional<Item>& old_item,
                                          const std::optional<Item>& new_item) {
  if (!table.time_to_live) return std::nullopt;
  const TimeToLive& time_to_live = *table.time_to_live;
  const auto end_of = [&](const std::optional<Item>& item) {
    return item ? time_to_live.end_of(item->view()) : std::nullopt;
  };
  const auto before = end_of(old_item);
  const auto after = end_of(new_item);
  if (before == after) {
    // While the list is being filled, an item that was there already may not be in it; it will be.
    return std::nullopt;
  }
  if (before) {
    batch.remove(storage::Column::items, time_to_live.entry_key(*before, item_key));
  }
  if (after) batch.put(storage::Column::items, time_to_live.entry_key(*after, item_key), {});
  return after;
}

bool note_due_entry(TableLife& life, std::int64_t end, TimePoint now) {
  return end >= oldest_end(now) && lower(life.list_begins, mark_of(end));
}

void Writer::list_ends(const Table& table, std::span<const std::string> keys) {
  auto& life = *table.life;
  const auto now = clock_.now();
  const std::shared_lock gate(life.gate);
  const auto& current = life.current;
  if (!current || !current->time_to_live) return;
  const TimeToLive& time_to_live = *current->time_to_live;
  if (time_to_live.id != table.time_to_live->id) return;

  const auto item_locks = locks_.hold_all({keys.begin(), keys.end()});
  storage::Batch batch;
  std::vector<std::int64_t> ends;
  std::string bytes;
  for (const auto& key : keys) {
    if (!store_.get(storage::Column::items, key, bytes)) continue;
    const auto end = time_to_live.end_of(MapView(bytes));
    if (!end) continue;
    batch.put(storage::Column::items, time_to_live.entry_key(*end, key), {});
    ends.push_back(*end);
  }
  store_.commit(batch);
  for (const auto end : ends) note_due_entry(life, end, now);
}

}  // namespace engine
