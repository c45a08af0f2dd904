#include <algorithm>
#include <exception>

#include "engine/table/catalog.h"
#include "engine/table/catalog_parts.h"
#include "engine/table/readiness.h"

namespace engine {

namespace {

/// The version and those that follow it, changed in the same way.
std::shared_ptr<Table> edited(const Table& table, const std::function<void(Table&)>& edit) {
  auto version = std::make_shared<Table>(table);
  edit(*version);
  if (version->next) version->next = edited(*version->next, edit);
  return version;
}

/// The earliest moment at which something under way is done.
std::optional<TimePoint> due_of(const Table& table) {
  auto due = table.settles;
  const auto look_at = [&](const auto& indexes) {
    for (const auto& index : indexes) {
      if (!index->settles || index->is_backfilling) continue;
      due = due ? std::min(*due, *index->settles) : *index->settles;
    }
  };
  look_at(table.indexes);
  look_at(table.vector_indexes);
  return due;
}

}  // namespace

void Catalog::made(const Table& made_table) {
  {
    const std::lock_guard changing(change_mutex_);
    const auto now = clock_.now();
    const auto is_wanted = [](const Table& table) {
      return table.status == TableStatus::creating && !table.settles;
    };
    edit(made_table, is_wanted, [&](Table& table) {
      table.settles = std::max(now, table.created + settle_time_);
      if (settles_at_once()) set_made(table, true);
    });
  }
  tell_sooner();
}

namespace {

/// What of a change is there at once, for the version in force and what follows it.
void change_at_once(Table& table, const TableChange& change,
                    const std::optional<TimeToLive>& time_to_live,
                    const std::optional<Recovery>& recovery, TimePoint now, bool limits_toggling) {
  change.edit(table);
  if (change.enable_time_to_live || change.disable_time_to_live) table.time_to_live = time_to_live;
  if (change.enable_recovery || change.disable_recovery) table.recovery = recovery;
  if (change.deletion_protection && *change.deletion_protection != table.deletion_protection) {
    if (limits_toggling) table.protection_changed = now;
    table.deletion_protection = *change.deletion_protection;
  }
}

std::optional<Recovery> recovery_after(const Table& table, const TableChange& change,
                                       std::uint32_t free_id, TimePoint now) {
  if (!change.enable_recovery) return std::nullopt;
  auto recovery = table.recovery.value_or(Recovery{.id = free_id, .since = now});
  // A longer period does not bring back what a shorter one has let go.
  recovery.since = recovery.earliest(now);
  recovery.days = *change.enable_recovery;
  return recovery;
}

}  // namespace

std::shared_ptr<const Table> Catalog::update(std::string_view name, const TableChange& change) {
  std::shared_ptr<const Table> shown;
  {
    const std::lock_guard changing(change_mutex_);
    const auto old_table = existing(name);
    require_can_change(*old_table, change);
    change.require(*old_table);
    require_can_change(*old_table, change);  // It may have filled in more.
    const auto life = old_table->life;
    const std::unique_lock gate(life->gate);
    const auto now = clock_.now();
    storage::Batch batch;
    Ids ids(last_id_);

    std::optional<TimeToLive> time_to_live;
    if (change.enable_time_to_live) {
      time_to_live = TimeToLive{
          .id = ids.take(), .attribute_name = *change.enable_time_to_live, .is_filling = true};
    }
    const bool needs_recovery_id = change.enable_recovery && !old_table->recovery;
    const auto recovery =
        recovery_after(*old_table, change, needs_recovery_id ? ids.take() : 0, now);
    auto table = edited(*old_table, [&](Table& version) {
      change_at_once(version, change, time_to_live, recovery, now, !settles_at_once());
    });
    const bool disables = change.disable_stream && table->stream;
    Streams::Hold hold;
    if (disables) {
      hold = streams_.prepare_close(*table->stream, now, batch);
      table->stream = nullptr;
    }
    if (change.enable_stream) {
      enable_stream(*table, streams_.prepare(*table, *change.enable_stream, batch));
    }
    std::shared_ptr<const Table> in_force = table;
    shown = table;
    if (takes_time(*old_table, change)) {
      auto numbered = change;
      if (numbered.create_index) {
        numbered.create_index->id = ids.take();
        numbered.create_index->set_projected(table->key);
      }
      if (numbered.create_vector_index) {
        numbered.create_vector_index->id = ids.take();
        numbered.create_vector_index->set_projected(table->key);
      }
      in_force = begin(*table, numbered, now, shown);
    }
    ids.put(batch);
    replace(old_table, in_force, batch, [&] {
      ids.on_committed();
      if (change.enable_time_to_live) life->list_begins = 0;
      if (disables) streams_.closed(*old_table->stream, now);
      if (change.enable_stream) streams_.opened(in_force->stream);
    });
  }
  tell_sooner();
  return shown;
}

/// The version to be in force; `shown` is what the call returns.
std::shared_ptr<const Table> Catalog::begin(const Table& table, const TableChange& change,
                                            TimePoint now,
                                            std::shared_ptr<const Table>& shown) const {
  auto course = course_of(table, change, now);
  auto after = std::make_shared<Table>(std::move(course.after));
  auto during = std::make_shared<Table>(std::move(course.during));
  shown = during;
  if (settles_at_once()) return after;
  if (change.create_index) {
    edit_index(*after, change.create_index->name,
               [&](Index& index) { index.settles = now + 2 * settle_time_; });
  }
  if (change.create_vector_index) {
    edit_vector_index(*after, change.create_vector_index->name,
                      [&](VectorIndex& index) { index.settles = now + 2 * settle_time_; });
  }
  during->settles = now + settle_time_;
  during->next = std::move(after);
  return during;
}

void Catalog::edit(const Table& old, const std::function<bool(const Table& now)>& is_wanted,
                   const std::function<void(Table& table)>& change) {
  const auto old_table = find(old.name);
  if (!old_table || old_table->id != old.id || !is_wanted(*old_table)) return;
  const std::unique_lock gate(old_table->life->gate);
  storage::Batch batch;
  replace(old_table, edited(*old_table, change), batch);
}

void Catalog::time_to_live_is_filled(const Table& version) {
  const std::lock_guard changing(change_mutex_);
  const auto is_wanted = [&](const Table& table) {
    return table.time_to_live && table.time_to_live->id == version.time_to_live->id;
  };
  edit(version, is_wanted, [](Table& table) { table.time_to_live->is_filling = false; });
}

void Catalog::index_is_filled(const Table& version, std::uint32_t index_id) {
  {
    const std::lock_guard changing(change_mutex_);
    const auto is_it = [&](const auto& index) { return index->id == index_id; };
    const auto is_wanted = [&](const Table& table) {
      return std::ranges::any_of(table.indexes, is_it) ||
             std::ranges::any_of(table.vector_indexes, is_it);
    };
    const auto fill = [](auto& index) {
      index.is_backfilling = false;
      if (!index.settles && index.status == TableStatus::creating) {
        index.status = TableStatus::active;
      }
    };
    edit(version, is_wanted, [&](Table& table) {
      for (const auto& index : Indexes(table.indexes)) {
        if (is_it(index)) edit_index(table, index->name, fill);
      }
      for (const auto& index : VectorIndexes(table.vector_indexes)) {
        if (is_it(index)) edit_vector_index(table, index->name, fill);
      }
    });
  }
  tell_sooner();
}

std::optional<TimePoint> Catalog::next_due() const {
  std::optional<TimePoint> earliest;
  const std::shared_lock lock(mutex_);
  for (const auto& name : unsettled_) {
    const auto due = due_of(*tables_.find(name)->second);
    if (due) earliest = earliest ? std::min(*earliest, *due) : *due;
  }
  return earliest;
}

void Catalog::perform(TimePoint now) {
  const std::lock_guard changing(change_mutex_);
  std::vector<std::shared_ptr<const Table>> due;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& name : unsettled_) {
      const auto& table = tables_.find(name)->second;
      const auto when = due_of(*table);
      if (when && *when <= now) due.push_back(table);
    }
  }
  // One that fails does not keep the others waiting.
  std::exception_ptr failure;
  for (const auto& table : due) {
    try {
      settle(table, now);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

void Catalog::settle(const std::shared_ptr<const Table>& old_table, TimePoint now) {
  const std::unique_lock gate(old_table->life->gate);
  storage::Batch batch;
  const bool is_over = old_table->settles && *old_table->settles <= now;
  if (is_over && old_table->status == TableStatus::deleting) return erase(old_table, batch);
  auto table = std::make_shared<Table>(*old_table);
  if (is_over && old_table->status == TableStatus::creating) set_made(*table, true);
  if (is_over && old_table->status == TableStatus::updating) {
    *table = *old_table->next;
  }
  table = edited(*table, [&](Table& version) {
    const auto is_due = [&](const auto& index) {
      return index->settles && !index->is_backfilling && *index->settles <= now;
    };
    const auto end = [](auto& index) {
      index.settles.reset();
      if (index.status == TableStatus::creating) index.status = TableStatus::active;
    };
    for (const auto& index : Indexes(version.indexes)) {
      if (is_due(index)) edit_index(version, index->name, end);
    }
    for (const auto& index : VectorIndexes(version.vector_indexes)) {
      if (is_due(index)) edit_vector_index(version, index->name, end);
    }
  });
  replace(old_table, table, batch);
}

}  // namespace engine
