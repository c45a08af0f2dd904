#pragma once

#include "engine/clock.h"
#include "engine/stream/shard.h"
#include "storage/store.h"

namespace engine {

/// The last record of the shard that is trimmed by `now`, so that reading begins after it; 0 if
/// none is. A record is trimmed 24 hours after it was written (streams.md 11), whether it has left
/// the disk by then or not: so the horizon is exact, and the disk is cleared in larger pieces.
///
/// Safe to call from any thread; costs next to nothing unless records have aged since the last
/// call, and then a search among them. May throw `storage::StorageError`.
SequenceNumber trimmed_through(const storage::Store& store, const Shard& shard, TimePoint now);

}  // namespace engine
