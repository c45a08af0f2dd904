#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/read/reader.h"
#include "engine/table/table.h"

namespace api {

/// `{"ItemCollectionKey":{...},"SizeEstimateRangeGB":[0.0,1.0]}` (dynamodb.md 9.3), of the
/// collection that `item`, which has the keys of the table, belongs to.
void append_item_collection(std::string& out, const engine::Reader& reader,
                            const engine::Table& table, engine::MapView item);

/// An item of a request that writes several.
struct WrittenItem {
  std::string_view table_name;  ///< As the request gave it.
  const engine::Table& table;
  engine::MapView item;  ///< Has at least the keys of the table.
};

/// `"ItemCollectionMetrics":{"T":[{...},{...}]}`: every collection once, table by table. Empty if
/// none of the tables has a local index.
std::string item_collections(const engine::Reader& reader, std::span<const WrittenItem> written);

}  // namespace api
