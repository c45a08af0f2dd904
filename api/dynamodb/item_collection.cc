#include "api/dynamodb/item_collection.h"

#include "engine/value/json.h"

namespace api {

void append_item_collection(std::string& out, const engine::Reader& reader,
                            const engine::Table& table, engine::MapView item) {
  const auto& name = table.key.partition.name;
  const auto partition = item.find(name).value();
  const auto gigabytes = reader.collection_gigabytes(table, partition);
  out += "{\"ItemCollectionKey\":";
  engine::append_json(out, engine::Item::of({{name, engine::Value(partition)}}).view());
  out += ",\"SizeEstimateRangeGB\":[" + std::to_string(gigabytes) + ".0," +
         std::to_string(gigabytes + 1) + ".0]}";
}

}  // namespace api
