#include "api/dynamodb/item_collection.h"

#include <map>

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

std::string item_collections(const engine::Reader& reader, std::span<const WrittenItem> written) {
  std::map<std::string_view, std::map<std::string_view, const WrittenItem*>> collections;
  for (const auto& item : written) {
    if (!item.table.has_local_index()) continue;
    const auto partition = item.item.find(item.table.key.partition.name).value();
    collections[item.table_name].emplace(partition.bytes(), &item);
  }
  if (collections.empty()) return "";
  std::string out = "\"ItemCollectionMetrics\":{";
  for (const auto& [table_name, of_table] : collections) {
    if (out.back() != '{') out += ',';
    engine::append_json_string(out, table_name);
    out += ":[";
    for (const auto& [partition, item] : of_table) {
      if (out.back() != '[') out += ',';
      append_item_collection(out, reader, item->table, item->item);
    }
    out += ']';
  }
  return out + '}';
}

}  // namespace api
