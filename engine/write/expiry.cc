#include "engine/write/expiry.h"

#include <algorithm>
#include <shared_mutex>
#include <span>

#include "engine/api_error.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

using storage::Column;

/// Enough to make steady progress, few enough not to keep others waiting.
constexpr std::size_t removed_at_once_max = 500;
constexpr std::size_t removed_in_one_commit_max = 100;
constexpr std::size_t looked_at_in_one_step_max = 1000;
constexpr std::size_t listed_in_one_commit_max = 100;
/// An UpdateTimeToLive answers after so many; of a table with more items the chore does the rest.
constexpr int steps_at_the_beginning = 10;

/// Still the same list that the version `table` has; the table's gate is held.
const TimeToLive* in_force(const Table& table) {
  const auto& current = table.life->current;
  if (!current || !current->time_to_live) return nullptr;
  const auto& time_to_live = *current->time_to_live;
  return time_to_live.id == table.time_to_live->id ? &time_to_live : nullptr;
}

/// Deletes the item if it is due when its turn has come: it may have been changed since it was
/// found.
Write removal(const std::shared_ptr<const Table>& table, std::string key, TimePoint now) {
  Write write;
  write.table = table;
  write.key = std::move(key);
  write.by_service = true;
  write.change = [table, now](const Item* item) -> std::optional<Item> {
    if (item == nullptr) return std::nullopt;
    const auto* time_to_live = in_force(*table);
    const auto end = time_to_live != nullptr ? time_to_live->end_of(item->view()) : std::nullopt;
    if (end && is_due(*end, now)) return std::nullopt;
    return *item;
  };
  return write;
}

}  // namespace

Expiry::Expiry(const storage::Store& store, Catalog& catalog, Writer& writer)
    : store_(store), catalog_(catalog), writer_(writer) {
  writer_.set_end_listener(this);
}

Expiry::~Expiry() { writer_.set_end_listener(nullptr); }

Expiry::DueItems::~DueItems() {
  for (auto at = done; at < items.size(); ++at) {
    lower(items[at].table->life->list_begins, mark_of(items[at].entry.end));
  }
}

void Expiry::begin(const Table& table) {
  try {
    for (int step = 0; step < steps_at_the_beginning; ++step) {
      if (!list_some(table)) break;
    }
  } catch (...) {
    tell_sooner();
    throw;
  }
  tell_sooner();
}

std::optional<TimePoint> Expiry::next_due() const {
  const std::lock_guard lock(perform_mutex_);
  ListMark earliest = list_end;
  for (const auto& table : catalog_.with_time_to_live()) {
    const bool is_filling = table->time_to_live->is_filling;
    earliest = std::min(earliest, is_filling ? 0 : table->life->list_begins.load());
  }
  if (earliest == list_end) return std::nullopt;
  return TimePoint(std::chrono::seconds(end_at(earliest)));
}

void Expiry::perform(TimePoint now) {
  const std::lock_guard lock(perform_mutex_);
  DueItems due;
  for (const auto& table : catalog_.with_time_to_live()) {
    if (table->time_to_live->is_filling) list_some(*table);
    collect(table, now, due);
  }
  std::stable_sort(due.items.begin(), due.items.end(),
                   [](const DueItem& a, const DueItem& b) { return a.entry.end < b.entry.end; });
  while (due.done < std::min(due.items.size(), removed_at_once_max)) remove_some(due, now);
}

/// Lists some more items of a table. Returns whether there may be others.
bool Expiry::list_some(const Table& table) {
  const std::lock_guard lock(list_mutex_);
  const auto& time_to_live = *table.time_to_live;
  const auto current = catalog_.find(table.name);
  if (!current || !current->time_to_live || current->time_to_live->id != time_to_live.id ||
      !current->time_to_live->is_filling) {
    listed_up_to_.erase(time_to_live.id);
    return false;
  }

  std::string& up_to =
      listed_up_to_.try_emplace(time_to_live.id, table_prefix(table.id)).first->second;
  std::vector<std::string> keys;
  auto cursor = store_.scan(Column::items, up_to, table_prefix(table.id + 1));
  for (std::size_t seen = 0; cursor.valid() && seen < looked_at_in_one_step_max; ++seen) {
    const MapView item(cursor.value());
    if (time_to_live.end_of(item)) keys.emplace_back(cursor.key());
    cursor.next();
  }
  for (std::size_t at = 0; at < keys.size(); at += listed_in_one_commit_max) {
    const std::span<const std::string> all(keys);
    writer_.list_ends(table, all.subspan(at, std::min(listed_in_one_commit_max, all.size() - at)));
  }
  if (cursor.valid()) {
    up_to = cursor.key();
    return true;
  }
  catalog_.time_to_live_is_filled(table);
  listed_up_to_.erase(time_to_live.id);
  return false;
}

/// Adds the first of the items of a table that are due, and notes where the others begin.
void Expiry::collect(const std::shared_ptr<const Table>& table, TimePoint now, DueItems& due) {
  const TimeToLive& time_to_live = *table->time_to_live;
  auto& list_begins = table->life->list_begins;
  ListMark known = list_end;
  {
    const std::shared_lock gate(table->life->gate);
    if (in_force(*table) == nullptr) return;
    // From here on writers lower it again for every entry; the walk sees those that came before. It
    // does not begin earlier than it must: there are only graves of entries, many of them.
    known = list_begins.exchange(list_end);
  }
  if (known == list_end) return;
  try {
    auto from = time_to_live.entries_from(std::max(end_at(known), oldest_end(now)));
    if (is_in_the_middle(known)) from = std::max(from, deleted_up_to_[time_to_live.id]);
    deleted_up_to_.erase(time_to_live.id);
    std::size_t count = 0;
    for (auto cursor = store_.scan(Column::items, from, table_prefix(time_to_live.id + 1));
         cursor.valid(); cursor.next()) {
      auto entry = DueEntry::of(cursor.key());
      if (!is_due(entry.end, now)) {
        lower(list_begins, mark_of(entry.end));
        return;
      }
      if (++count > removed_at_once_max) {
        deleted_up_to_[time_to_live.id] = cursor.key();
        lower(list_begins, mark_in_the_middle_of(entry.end));
        return;
      }
      due.items.push_back({table, std::move(entry)});
    }
  } catch (...) {
    lower(list_begins, mark_of(end_at(known)));
    throw;
  }
}

/// Deletes the next of them, neighbours of one table, in one commit.
void Expiry::remove_some(DueItems& due, TimePoint now) {
  const auto& table = due.items[due.done].table;
  std::vector<Write> writes;
  for (auto at = due.done; at < due.items.size() && due.items[at].table == table; ++at) {
    if (writes.size() == removed_in_one_commit_max) break;
    writes.push_back(removal(table, due.items[at].entry.item_key, now));
  }
  try {
    writer_.apply_all(writes);
  } catch (const ApiError&) {
    // The table has been deleted meanwhile, and all its items with it.
  }
  due.done += writes.size();
}

}  // namespace engine
