#include "engine/backup/recovery_trim.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "engine/table/item_key.h"

namespace engine {

namespace {

/// When the last moment of the day has left the period.
TimePoint end_of(const Recovery& recovery, std::uint32_t day) {
  return start_of_day(day + 1) + std::chrono::days(recovery.days);
}

}  // namespace

RecoveryTrim::RecoveryTrim(storage::Store& store, const Catalog& catalog, const Clock& clock)
    : store_(store), catalog_(catalog), clock_(clock) {
  for (const auto& name : catalog.names("", std::numeric_limits<std::size_t>::max())) {
    const auto table = catalog.find(name);
    if (table && table->recovery) watch(*table);
  }
}

/// Of the oldest day that has entries; if there are none, of today.
TimePoint RecoveryTrim::due_of(const Recovery& recovery, TimePoint now) const {
  const auto first =
      store_.scan(storage::Column::items, table_prefix(recovery.id), table_prefix(recovery.id + 1));
  const auto today = day_of(now);
  return end_of(recovery, first.valid() ? std::min(UndoEntry::of(first.key()).day, today) : today);
}

void RecoveryTrim::watch(const Table& table) {
  if (!table.recovery) return;
  const auto due = due_of(*table.recovery, clock_.now());
  {
    const std::lock_guard lock(mutex_);
    due_[table.name] = due;
  }
  tell_sooner();
}

std::optional<TimePoint> RecoveryTrim::next_due() const {
  const std::lock_guard lock(mutex_);
  std::optional<TimePoint> earliest;
  for (const auto& [name, due] : due_) earliest = std::min(earliest.value_or(due), due);
  return earliest;
}

void RecoveryTrim::perform(TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (auto at = due_.begin(); at != due_.end();) {
    if (at->second > now) {
      ++at;
      continue;
    }
    const auto table = catalog_.find(at->first);
    if (!table || !table->recovery) {
      at = due_.erase(at);
      continue;
    }
    const auto& recovery = *table->recovery;
    const auto from = table_prefix(recovery.id);
    const auto to = UndoEntry::day_prefix(recovery, day_of(now - std::chrono::days(recovery.days)));
    storage::Batch batch;
    batch.remove_range(storage::Column::items, from, to);
    store_.commit(batch);
    store_.reclaim(storage::Column::items, from, to);
    at->second = due_of(recovery, now);
    ++at;
  }
}

}  // namespace engine
