#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/limits.h"
#include "engine/value/attribute_value.h"
#include "storage/order_key.h"

namespace engine {

// Items of a table lie together: table, first 16 bits of the hash of the partition key, partition
// key, sort key. So items of one partition are in the order of their sort keys, and partitions in
// the order of a hash. Entries of an index are laid out in the same way by the keys of the index,
// with the key values of the item behind them.

inline std::string table_prefix(std::uint32_t table_id) {
  std::string key;
  storage::append_u32(key, table_id);
  return key;
}

/// What of a hash is in a key.
inline std::uint16_t hash_prefix(std::uint64_t hash) {
  return static_cast<std::uint16_t>(hash >> 48);
}

/// Appends a string, number or binary so that the order of the bytes is the order of the values,
/// whatever follows.
inline void append_key_value(std::string& key, ValueView value) {
  if (value.type() == Type::number) {
    key.append(value.number());
  } else {
    storage::append_bytes(key, value.text());
  }
}

/// The bytes that a value counts for against the limits of keys; numbers, always short enough,
/// count 1.
inline std::size_t key_value_length(ValueView value) {
  return value.type() == Type::number ? 1 : value.text().size();
}

/// Of an item's key the values, without table and hash.
inline std::string_view key_values_of(std::string_view item_key) {
  return item_key.substr(sizeof(std::uint32_t) + sizeof(std::uint16_t));
}

}  // namespace engine
