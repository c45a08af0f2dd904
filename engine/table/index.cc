#include "engine/table/index.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "engine/hash.h"
#include "engine/table/entry_key.h"
#include "engine/table/item_key.h"
#include "engine/value/encoding.h"

namespace engine {

namespace {

/// In the order of `IndexProjection`.
constexpr std::array<std::string_view, 3> projection_names = {"ALL", "KEYS_ONLY", "INCLUDE"};

/// In the order of `TableStatus`.
constexpr std::array<std::string_view, 4> status_names = {"CREATING", "ACTIVE", "UPDATING",
                                                          "DELETING"};

std::string only(const std::vector<std::string>& names, MapView item) {
  std::string entries;
  auto name = names.begin();
  for (const auto& attribute : item) {
    while (name != names.end() && *name < attribute.name) ++name;
    if (name == names.end()) break;
    if (*name != attribute.name) continue;
    encoding::append_bytes(entries, attribute.name);
    entries.append(attribute.value.bytes());
  }
  return entries;
}

}  // namespace

bool append_key_values(std::string& key, const std::vector<KeyAttribute>& attributes, MapView item,
                       std::size_t bytes_max) {
  std::size_t bytes = 0;
  for (const auto& attribute : attributes) {
    const auto value = item.find(attribute.name);
    if (!value || value->type() != attribute.type) return false;
    const std::size_t length = key_value_length(*value);
    if (length == 0) return false;
    bytes += length;
    append_key_value(key, *value);
  }
  return bytes <= bytes_max;
}

std::string partition_start(std::uint32_t id, std::string_view values) {
  std::string key;
  storage::append_u32(key, id);
  storage::append_u16(key, hash_prefix(stable_hash(values)));
  key += values;
  return key;
}

std::string_view status_name(TableStatus status) {
  return status_names[static_cast<std::size_t>(status)];
}

TableStatus status_of(std::string_view name) {
  const auto found = std::ranges::find(status_names, name);
  assert(found != status_names.end());
  return static_cast<TableStatus>(found - status_names.begin());
}

std::string_view projection_name(IndexProjection projection) {
  return projection_names[static_cast<std::size_t>(projection)];
}

IndexProjection projection_of(std::string_view name) {
  const auto found = std::ranges::find(projection_names, name);
  assert(found != projection_names.end());
  return static_cast<IndexProjection>(found - projection_names.begin());
}

std::optional<IndexEntry> Index::entry_of(MapView item, std::string_view item_key) const {
  std::string values;
  if (!append_key_values(values, partition, item, limits::partition_key_bytes_max))
    return std::nullopt;
  std::string key = partition_start(id, values);
  if (!append_key_values(key, sort, item, limits::sort_key_bytes_max)) return std::nullopt;
  key += key_values_of(item_key);
  if (projection == IndexProjection::all) return IndexEntry(std::move(key), item);
  return IndexEntry(std::move(key), Item(only(projected, item)));
}

std::string Index::partition_prefix(std::span<const ValueView> partition_values) const {
  std::string values;
  for (const auto& value : partition_values) append_key_value(values, value);
  return partition_start(id, values);
}

void Index::set_projected(const KeySchema& table_key) {
  projected = non_key_attributes;
  for (const auto* attributes : {&partition, &sort}) {
    for (const auto& attribute : *attributes) projected.push_back(attribute.name);
  }
  projected.push_back(table_key.partition.name);
  if (table_key.sort) projected.push_back(table_key.sort->name);
  std::sort(projected.begin(), projected.end());
  projected.erase(std::unique(projected.begin(), projected.end()), projected.end());
}

}  // namespace engine
