#pragma once

#include "engine/backup/backups.h"
#include "engine/backup/recovery_trim.h"
#include "engine/backup/transfers.h"
#include "engine/backup/work.h"
#include "engine/bucket/buckets.h"
#include "engine/table/item_key.h"
#include "tests/engine/fixture.h"

namespace engine {

/// An engine with backups and transfers.
struct BackupEngine : Engine {
  using Engine::Engine;

  WorkQueue work{clock};
  RecoveryTrim trim{store, catalog, clock};
  Buckets buckets{store, clock, random};
  Backups backups{{store, catalog, streams, writer, work, trim, clock, random}};
  Transfers transfers{{store, catalog, buckets, writer, work, clock, random}};

  /// Does all chores that are due.
  void settle() {
    for (Chore* chore : {static_cast<Chore*>(&work), static_cast<Chore*>(&trim)}) {
      while (chore->next_due() && *chore->next_due() <= clock.now()) chore->perform(clock.now());
    }
  }

  void enable_recovery(const std::string& name, int days = limits::recovery_days_max) {
    TableChange change;
    change.enable_recovery = days;
    backups.watch(*catalog.update(name, change));
  }

  /// The items of a table, by their bytes.
  std::vector<std::string> items_of(const std::string& name) {
    const auto table = catalog.find(name);
    return values_under(table->id);
  }

  std::vector<std::string> values_under(std::uint32_t id) {
    std::vector<std::string> values;
    for (auto cursor = store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1));
         cursor.valid(); cursor.next()) {
      values.emplace_back(cursor.value());
    }
    return values;
  }
};

}  // namespace engine
