#pragma once

#include <string>

#include "engine/read/reader.h"
#include "engine/table/table.h"

namespace api {

/// `{"ItemCollectionKey":{...},"SizeEstimateRangeGB":[0.0,1.0]}` (dynamodb.md 9.3), of the
/// collection that `item`, which has the keys of the table, belongs to.
void append_item_collection(std::string& out, const engine::Reader& reader,
                            const engine::Table& table, engine::MapView item);

}  // namespace api
