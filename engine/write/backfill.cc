#include "engine/write/backfill.h"

#include <algorithm>
#include <shared_mutex>
#include <span>
#include <vector>

#include "engine/table/item_key.h"

namespace engine {

namespace {

using storage::Column;

/// Enough to make steady progress, few enough not to keep others waiting.
constexpr std::size_t looked_at_in_one_step_max = 1000;
constexpr std::size_t filled_in_one_commit_max = 100;
/// An UpdateTable answers after so many; of a table with more items the chore does the rest.
constexpr int steps_at_the_beginning = 10;

bool needs_filling(const auto& index) { return index.is_backfilling && !index.is_allocating; }

/// Calls `visit` with the index that has the number, of either kind, if it is to be filled.
template <typename Visit>
void with_index(const Table& table, std::uint32_t index_id, const Visit& visit) {
  const auto look_at = [&](const auto& indexes) {
    for (const auto& index : indexes) {
      if (index->id == index_id && needs_filling(*index)) visit(*index);
    }
  };
  look_at(table.indexes);
  look_at(table.vector_indexes);
}

}  // namespace

void Backfill::begin(const Table& table) {
  try {
    for (int step = 0; step < steps_at_the_beginning; ++step) {
      if (!fill_some(table)) break;
    }
  } catch (...) {
    tell_sooner();
    throw;
  }
  tell_sooner();
}

std::optional<TimePoint> Backfill::next_due() const {
  if (catalog_.with_backfill().empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return due_;
}

void Backfill::perform(TimePoint now) {
  {
    const std::lock_guard lock(mutex_);
    due_ = now;
  }
  for (const auto& table : catalog_.with_backfill()) fill_some(*table);
}

/// Fills some more of the indexes of a table. Returns whether there is more to do.
bool Backfill::fill_some(const Table& table) {
  const std::lock_guard lock(mutex_);
  const auto current = catalog_.find(table.name);
  if (!current || current->id != table.id) return false;
  bool is_more = false;
  const auto fill = [&](const auto& indexes) {
    for (const auto& index : indexes) {
      if (needs_filling(*index)) is_more = fill_some(*current, index->id) || is_more;
    }
  };
  fill(current->indexes);
  fill(current->vector_indexes);
  return is_more;
}

bool Backfill::fill_some(const Table& table, std::uint32_t index_id) {
  std::string& up_to = filled_up_to_.try_emplace(index_id, table_prefix(table.id)).first->second;
  std::vector<std::string> keys;
  auto cursor = store_.scan(Column::items, up_to, table_prefix(table.id + 1));
  for (std::size_t seen = 0; cursor.valid() && seen < looked_at_in_one_step_max; ++seen) {
    keys.emplace_back(cursor.key());
    cursor.next();
  }
  for (std::size_t at = 0; at < keys.size(); at += filled_in_one_commit_max) {
    const std::span<const std::string> all(keys);
    writer_.fill_index(table, index_id,
                       all.subspan(at, std::min(filled_in_one_commit_max, all.size() - at)));
  }
  if (cursor.valid()) {
    up_to = cursor.key();
    return true;
  }
  catalog_.index_is_filled(table, index_id);
  filled_up_to_.erase(index_id);
  return false;
}

/// An item is looked at under its lock, as it is then: what a writer has put or removed since it
/// was listed stays so.
void Writer::fill_index(const Table& table, std::uint32_t index_id,
                        std::span<const std::string> keys) {
  auto& life = *table.life;
  const std::shared_lock gate(life.gate);
  if (!life.current) return;
  with_index(*life.current, index_id, [&](const auto& index) {
    const auto item_locks = locks_.hold_all({keys.begin(), keys.end()});
    storage::Batch batch;
    long long items = 0;
    long long bytes = 0;
    std::string item;
    std::string there;
    for (const auto& key : keys) {
      if (!store_.get(Column::items, key, item)) continue;
      const auto entry = index.entry_of(MapView(item), key);
      if (!entry || store_.get(Column::items, entry->key(), there)) continue;
      batch.put(Column::items, entry->key(), entry->attributes().bytes());
      ++items;
      bytes += static_cast<long long>(entry->attributes().size_bytes());
    }
    store_.commit(batch);
    if (!life.size_is_known) return;
    index.size->items += items;
    index.size->bytes += bytes;
  });
}

}  // namespace engine
