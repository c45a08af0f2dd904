#include "engine/backup/history.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "engine/api_error.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

using storage::Column;
using storage::Cursor;

Cursor no_items(const storage::Store& store, const Table& table) {
  return store.scan(Column::items, table_prefix(table.id), table_prefix(table.id));
}

/// One walk for each day of the log that has entries, from the day of `moment` on.
std::vector<Cursor> days_of(const storage::Store& store, const Recovery& recovery,
                            TimePoint moment) {
  std::vector<Cursor> days;
  auto from = UndoEntry::day_prefix(recovery, day_of(moment));
  const auto end = table_prefix(recovery.id + 1);
  while (true) {
    const auto first = store.scan(Column::items, from, end);
    if (!first.valid()) return days;
    const auto day = UndoEntry::of(first.key()).day;
    from = UndoEntry::day_prefix(recovery, day + 1);
    days.push_back(store.scan(Column::items, UndoEntry::day_prefix(recovery, day), from));
  }
}

}  // namespace

void History::Undone::see(const UndoEntry& entry, std::string_view old_item) {
  if (entry.time <= moment || (is_found && number < entry.number)) return;
  is_found = true;
  number = entry.number;
  item.reset();
  if (!old_item.empty()) item.emplace(old_item);
}

History::History(const storage::Store& store, const Table& table, TimePoint first, TimePoint second)
    : first_(first), second_(second), items_(no_items(store, table)) {
  // All walks have to see one moment: nobody writes while they begin.
  const std::unique_lock gate(table.life->gate);
  const auto& current = table.life->current;
  if (!current || !current->recovery) throw resource_not_found();
  days_ = days_of(store, *current->recovery, first);
  items_ = store.scan(Column::items, table_prefix(table.id), table_prefix(table.id + 1));
}

std::string_view History::least_key() const {
  std::string_view least;
  if (items_.valid()) least = items_.key();
  for (const auto& day : days_) {
    const auto key = UndoEntry::of(day.key()).item_key;
    if (least.empty() || key < least) least = key;
  }
  return least;
}

PastItem History::take(std::string key) {
  PastItem past{.key = std::move(key)};
  Undone before{.moment = first_};
  Undone after{.moment = second_};
  for (auto& day : days_) {
    for (; day.valid(); day.next()) {
      const auto entry = UndoEntry::of(day.key());
      if (entry.item_key != past.key) break;
      before.see(entry, day.value());
      after.see(entry, day.value());
      if (entry.time > first_ && entry.time <= second_) {
        past.changed = std::max(past.changed.value_or(entry.time), entry.time);
      }
    }
  }
  std::erase_if(days_, [](const Cursor& day) { return !day.valid(); });
  std::optional<std::string> now;
  if (items_.valid() && items_.key() == past.key) {
    now.emplace(items_.value());
    items_.next();
  }
  past.before = before.is_found ? std::move(before.item) : now;
  past.after = after.is_found ? std::move(after.item) : std::move(now);
  return past;
}

std::optional<PastItem> History::next() {
  while (true) {
    const auto key = least_key();
    if (key.empty()) return std::nullopt;
    auto past = take(std::string(key));
    if (past.before || past.after) return past;
  }
}

}  // namespace engine
