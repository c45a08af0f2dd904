#pragma once

#include "engine/table/change.h"

/// What cannot be done with a table while something is being done with it (dynamodb.md 13.3 and
/// 13.4, streams.md 3.1).
namespace engine {

/// Throws ResourceInUseException, or what AWS says instead for some changes.
void require_can_change(const Table& table, const TableChange& change);
/// Throws ResourceInUseException.
void require_can_delete(const Table& table);
/// For a new table of that name: throws ResourceInUseException.
[[noreturn]] void refuse_second(const Table& table);

}  // namespace engine
