#pragma once

#include <cstdint>
#include <string>

#include "engine/table/table.h"
#include "storage/order_key.h"

namespace engine {

/// Items of a table lie together: table, first 16 bits of the hash of the partition key, partition
/// key, sort key. So items of one partition are in the order of their sort keys, and partitions in
/// the order of a hash.
inline std::string table_prefix(std::uint32_t table_id) {
  std::string key;
  storage::append_u32(key, table_id);
  return key;
}

/// The hash of the partition that a store key lies in: its first 16 bits.
inline std::uint64_t hash_prefix_of(std::string_view item_key) {
  return std::uint64_t{storage::read_u16(item_key.substr(4))} << 48;
}

}  // namespace engine
