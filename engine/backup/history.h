#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// An item as it was at two moments.
struct PastItem {
  std::string key;                    ///< In the store.
  std::optional<std::string> before;  ///< Its entries at the first moment; nothing: not there.
  std::optional<std::string> after;   ///< At the second moment.
  std::optional<TimePoint> changed;   ///< The last time between the two.
};

/// Walks the items that a table with point-in-time recovery had at one of two moments, in the order
/// of their keys: the items of now, undone backwards. What was written at a moment is in it.
///
/// Sees the store as it was when the walk began. Holds one item at a time.
class History {
 public:
  /// Both moments are within the recovery period; `first` is not the later one. Throws `ApiError`
  /// (ResourceNotFoundException) if the table has been deleted, or has no recovery any more.
  History(const storage::Store& store, const Table& table, TimePoint first, TimePoint second);

  /// Nothing: that was all. May throw `storage::StorageError`.
  std::optional<PastItem> next();

 private:
  /// What an item was before the first change after a moment, as far as that has been found.
  struct Undone {
    TimePoint moment;
    std::uint64_t number = 0;
    bool is_found = false;
    std::optional<std::string> item;

    void see(const UndoEntry& entry, std::string_view old_item);
  };

  std::string_view least_key() const;
  PastItem take(std::string key);

  TimePoint first_;
  TimePoint second_;
  storage::Cursor items_;
  std::vector<storage::Cursor> days_;  ///< The undo log, by days; none of them at its end.
};

}  // namespace engine
