#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/limits.h"

namespace engine {

/// Point-in-time recovery of a table: the store keeps what its items were before each change, so
/// that the table can be had as it was at any moment of the recovery period.
struct Recovery {
  std::uint32_t id = 0;  ///< Prefix of the kept items' keys: of the same numbers as tables.
  int days = limits::recovery_days_max;
  TimePoint since;

  /// The first moment that the table can be had as of.
  TimePoint earliest(TimePoint now) const;
};

/// One change, in the column of items: what the item was before it (nothing: there was none).
///
/// The changes of a day (UTC) lie together, in it by the item's key, and of one item by their
/// numbers. So the items of a table and all that they were can be walked side by side, and a day is
/// removed in one piece.
struct UndoEntry {
  std::uint32_t day = 0;
  std::string_view item_key;
  std::uint64_t number = 0;  ///< Of the changes of one item, the later has the greater.
  TimePoint time;

  /// `key` is that of an entry, and outlives what is returned.
  static UndoEntry of(std::string_view key);
  static std::string key(const Recovery& recovery, std::string_view item_key, std::uint64_t number,
                         TimePoint time);
  /// Where the entries of a day begin.
  static std::string day_prefix(const Recovery& recovery, std::uint32_t day);
};

/// Days since 1970.
std::uint32_t day_of(TimePoint time);
TimePoint start_of_day(std::uint32_t day);

}  // namespace engine
