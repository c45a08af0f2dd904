#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "engine/clock.h"
#include "engine/value/attribute_value.h"

namespace engine {

/// When the items of a table end: at the second that one of their attributes gives (dynamodb.md
/// 15). The store has a list of them in the order of these seconds; the writer keeps it.
struct TimeToLive {
  std::uint32_t id = 0;  ///< Prefix of the list's keys: of the same numbers as tables.
  std::string attribute_name;
  /// Items from before it was enabled are still being listed.
  bool is_filling = false;

  /// The epoch second at which the item ends, rounded up. Nothing: never, as the attribute is not
  /// there, is no number, or names no second from 1970 to 9999.
  std::optional<std::int64_t> end_of(MapView item) const;
  /// Of the item's entry in the list, in the column of items. Nothing is kept with it.
  std::string entry_key(std::int64_t end, std::string_view item_key) const;
  /// Where the entries of items that end at that second, or later, begin.
  std::string entries_from(std::int64_t end) const;
};

/// One entry of the list, from its key.
struct DueEntry {
  std::int64_t end = 0;
  std::string item_key;

  static DueEntry of(std::string_view entry_key);
};

/// What ended earlier than this is ignored: it is too long ago to be meant.
std::int64_t oldest_end(TimePoint now);
/// Whether an item that ends at that second has to be deleted.
bool is_due(std::int64_t end, TimePoint now);

/// A place in the list: twice the second that entries there end at, and one more for the middle of
/// that second's entries, where a deletion of many of them has come to.
using ListMark = std::int64_t;
inline constexpr ListMark list_end = std::numeric_limits<ListMark>::max();

constexpr ListMark mark_of(std::int64_t end) { return end * 2; }
constexpr ListMark mark_in_the_middle_of(std::int64_t end) { return end * 2 + 1; }
constexpr bool is_in_the_middle(ListMark mark) { return mark != list_end && mark % 2 == 1; }
constexpr std::int64_t end_at(ListMark mark) { return mark / 2; }

/// Makes it the smaller of the two. Returns whether it was larger.
bool lower(std::atomic<ListMark>& mark, ListMark value);

}  // namespace engine
