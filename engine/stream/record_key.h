#pragma once

#include <string>

#include "engine/stream/stream.h"
#include "storage/order_key.h"

namespace engine {

/// Records of a shard lie together, in the order of their numbers: shard, number.
inline std::string record_key(const Shard& shard, SequenceNumber number) {
  std::string key;
  key.reserve(16);
  storage::append_u64(key, shard.id);
  storage::append_u64(key, number);
  return key;
}

/// The first key after all records of the shard.
inline std::string after_records(const Shard& shard) {
  std::string key;
  storage::append_u64(key, shard.id + 1);
  return key;
}

}  // namespace engine
