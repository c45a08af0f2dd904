#pragma once

#include <vector>

#include "api/shape.h"
#include "engine/table/table.h"

namespace api {

/// The replicas of a table after `ReplicaUpdates`. Throws for a region that has one already, or has
/// none to be changed.
std::vector<engine::Replica> replicas_after(JsonView updates, const engine::Table& table);

}  // namespace api
