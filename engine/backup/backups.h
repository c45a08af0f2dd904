#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/backup/backup.h"
#include "engine/backup/filling.h"
#include "engine/backup/recovery_trim.h"
#include "engine/backup/work.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Copies of tables, as they were at a moment, and new tables made from them; the same from the
/// undo logs of tables with point-in-time recovery.
///
/// Small tables are copied before a call returns, large ones behind it. A copy that was not
/// finished when the program ended is gone; a restore goes on.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Backups {
 public:
  /// What backups need, all of which outlives them.
  struct Engine {
    storage::Store& store;
    Catalog& catalog;
    Streams& streams;
    Writer& writer;
    WorkQueue& work;
    RecoveryTrim& trim;
    const Clock& clock;
    Random& random;
  };
  explicit Backups(const Engine& engine);

  /// Begins one of the table's items as they are now. Its status is `creating` in what is returned.
  Backup create(const std::shared_ptr<const Table>& table, std::string_view name);
  /// By ARN. Throws `ApiError`: ValidationException if it is no ARN of a backup, or
  /// BackupNotFoundException.
  Backup existing(std::string_view arn) const;
  /// Throws `ApiError`, as `existing`, and BackupInUseException.
  Backup remove(std::string_view arn);
  /// Only of a table, if a name is given; only those after `after` (an ARN); the oldest first.
  std::vector<Backup> list(std::string_view table_name, std::string_view after = "") const;

  /// A new table with the items of the backup, by the specification, whose keys are those of the
  /// backup's table. Throws `ApiError`: BackupInUseException, TableAlreadyExistsException.
  std::shared_ptr<const Table> restore(const Backup& backup, TableSpec spec, const Caller& caller);
  /// A new table with the items that `source` had at a moment within its recovery period.
  std::shared_ptr<const Table> restore(const Table& source, TimePoint moment, TableSpec spec,
                                       const Caller& caller);

  /// Recovery of the table has been enabled, or has another period.
  void watch(const Table& table) { engine_.trim.watch(table); }

 private:
  class Copying;

  Backup decode(std::string_view id, std::string_view bytes) const;
  bool is_being_restored(const Backup& backup) const;
  std::shared_ptr<const Table> make(TableSpec spec, const Caller& caller);
  void note(const Table& table, const std::string& restore);
  std::unique_ptr<Work> filling(const std::shared_ptr<const Table>& table, ItemSource source);
  void resume();
  bool resume(const std::shared_ptr<const Table>& table, std::string_view restore);

  const Engine engine_;
  /// Held by whoever removes a backup, or begins to restore one.
  std::mutex mutex_;
  TimePoint last_id_;  ///< Guarded by `mutex_`: ids ascend also while the clock stands still.
};

}  // namespace engine
