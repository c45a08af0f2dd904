#pragma once

#include <optional>
#include <string_view>

#include "engine/clock.h"
#include "engine/stream/streams.h"
#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// Adds what an item was before a change, `old_item`, to the undo log of its table, which has
/// point-in-time recovery. The item's lock is held until the batch is committed.
void put_undo_entry(storage::Batch& batch, const Table& table, std::string_view item_key,
                    const std::optional<Item>& old_item, Streams& streams, TimePoint now);

}  // namespace engine
