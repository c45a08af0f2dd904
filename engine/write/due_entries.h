#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// Adds what a change of an item does to the list of items that end, if its table has time to live.
/// Returns when the item ends, if that is new.
std::optional<std::int64_t> put_due_entry(storage::Batch& batch, const Table& table,
                                          std::string_view item_key,
                                          const std::optional<Item>& old_item,
                                          const std::optional<Item>& new_item);

/// Notes that an entry has been committed. Returns whether it is now the first of the list, or as
/// good as.
bool note_due_entry(TableLife& life, std::int64_t end, TimePoint now);

}  // namespace engine
