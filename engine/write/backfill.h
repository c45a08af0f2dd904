#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "engine/chore.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Fills indexes that were made later than their table with the items that it has, while writes go
/// on: the writer keeps the entries of what it writes, and this adds what was there before. Begun
/// anew after a restart: an entry that is there is not put again.
///
/// Safe to call from any thread.
class Backfill final : public Chore {
 public:
  Backfill(const storage::Store& store, Catalog& catalog, Writer& writer)
      : store_(store), catalog_(catalog), writer_(writer) {}

  /// An index of the table may have just been made: fills it. Of a large table only some; the
  /// others are a chore. Throws `StorageError`, and then all of it is.
  void begin(const Table& table);

  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  bool fill_some(const Table& table);
  bool fill_some(const Table& table, std::uint32_t index_id);

  const storage::Store& store_;
  Catalog& catalog_;
  Writer& writer_;
  mutable std::mutex mutex_;
  /// How far indexes are filled, by their numbers: the key of the item to go on with. Guarded by
  /// `mutex_`.
  std::map<std::uint32_t, std::string> filled_up_to_;
  TimePoint due_;  ///< Guarded by `mutex_`. Moves on, so that other chores are done, too.
};

}  // namespace engine
