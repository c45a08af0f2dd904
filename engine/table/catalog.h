#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/arn.h"
#include "engine/chore.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "engine/stream/streams.h"
#include "engine/table/change.h"
#include "engine/table/table.h"
#include "engine/table/table_notes.h"
#include "storage/store.h"

namespace engine {

/// The table's name, from a name or from its ARN.
std::string_view table_name_of(std::string_view name_or_arn);

/// The tables there are. Descriptions are in the store and, whole, in memory.
///
/// What is made, changed or deleted is CREATING, UPDATING or DELETING for the settle time; ending
/// that is a chore. Where there is none, only what the calls return says so, and what is in force
/// is done. Of a table that is being updated the numbers are those of before.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Catalog final : public Chore {
 public:
  Catalog(storage::Store& store, Streams& streams, const Clock& clock, Random& random,
          Duration settle_time = Duration(0));

  /// For data operations: by name or table ARN. Throws ResourceNotFoundException
  /// `Requested resource not found`, also for a table that is being made or deleted.
  std::shared_ptr<const Table> table(std::string_view name_or_arn) const;
  /// For operations on tables: by name or table ARN. Throws ResourceNotFoundException
  /// `...: Table: T not found`.
  std::shared_ptr<const Table> existing(std::string_view name_or_arn) const;
  /// By name or table ARN, whatever its status; null if there is none.
  std::shared_ptr<const Table> find(std::string_view name_or_arn) const;

  /// As it is right after the call: CREATING. Throws ResourceInUseException if there is one of that
  /// name.
  std::shared_ptr<const Table> create(const TableSpec& spec, const Caller& caller);
  /// A table with `TableSpec::is_filled_first` has all its items. Does nothing if it is gone.
  void made(const Table& table);
  /// As it is right after the call: mostly UPDATING. Throws `ApiError` (ResourceNotFoundException
  /// `...: Table: T not found`), what `require_can_change` throws, and what `change.require` does.
  std::shared_ptr<const Table> update(std::string_view name, const TableChange& change);
  /// Deletes table and items; its stream is disabled and stays readable. As it is right after the
  /// call: DELETING. Throws `ApiError` (ResourceNotFoundException, as `update`), what
  /// `require_can_delete` throws, and what `require` does.
  std::shared_ptr<const Table> remove(
      std::string_view name,
      const std::function<void(const Table&)>& require = [](const Table&) {});

  /// Changes what is kept beside a table, while nobody else changes or deletes it, as `change`
  /// says, which sees the table as it is. Throws `ApiError` (ResourceNotFoundException, as
  /// `update`, and ResourceInUseException for a table that is being deleted), and what `change`
  /// throws.
  void annotate(std::string_view name,
                const std::function<TableNotes::Changes(const Table&)>& change);

  /// Those whose time to live is enabled, and whose items can be deleted.
  std::vector<std::shared_ptr<const Table>> with_time_to_live() const;
  /// All items are in the list of this version's time to live. Does nothing if that is no longer
  /// enabled.
  void time_to_live_is_filled(const Table& table);

  /// Those with an index that has to be filled: made later than the table, and past the first
  /// phase.
  std::vector<std::shared_ptr<const Table>> with_backfill() const;
  /// All items are in the index. Does nothing if the index is no longer there.
  void index_is_filled(const Table& table, std::uint32_t index_id);

  /// So many numbers for prefixes of keys, from the returned one on, that nobody else gets: also
  /// not after a crash.
  std::uint32_t take_ids(std::uint32_t count);

  /// Names in byte order, only those after `after`, at most `limit`.
  std::vector<std::string> names(std::string_view after, std::size_t limit) const;

  /// Ends what is under way when its time has come.
  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  class Ids;

  void load();
  std::shared_ptr<Table> new_table(const TableSpec& spec, const Caller& caller, Ids& ids) const;
  std::shared_ptr<const Table> begin(const Table& table, const TableChange& change, TimePoint now,
                                     std::shared_ptr<const Table>& shown) const;
  void replace(
      const std::shared_ptr<const Table>& old_table, const std::shared_ptr<const Table>& table,
      storage::Batch& batch, const std::function<void()>& on_committed = [] {});
  void erase(const std::shared_ptr<const Table>& table, storage::Batch& batch);
  void put_in_force(const std::shared_ptr<const Table>& table);
  /// Changes the table, and what follows it, if `old` still has that name.
  void edit(const Table& old, const std::function<bool(const Table& now)>& is_wanted,
            const std::function<void(Table& table)>& change);
  void settle(const std::shared_ptr<const Table>& table, TimePoint now);
  bool settles_at_once() const { return settle_time_ == Duration(0); }

  storage::Store& store_;
  Streams& streams_;
  const Clock& clock_;
  Random& random_;
  const Duration settle_time_;
  /// Held by whoever changes which tables there are, or what they are. Taken before a table's gate.
  std::mutex change_mutex_;
  std::uint32_t last_id_ = 0;  ///< Guarded by `change_mutex_`.
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;  ///< By `mutex_`.
  /// Those that become something else by themselves. Guarded by `mutex_`.
  std::set<std::string, std::less<>> unsettled_;
};

}  // namespace engine
