#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/key.h"

/// How keys of index entries are made, whatever kind of index it is.
namespace engine {

/// Appends the values of `attributes` to `key`. Returns whether all of them can be part of a key
/// and take no more than `bytes_max` together.
bool append_key_values(std::string& key, const std::vector<KeyAttribute>& attributes, MapView item,
                       std::size_t bytes_max);

/// What the keys of a partition begin with, given its key values as they are in keys.
std::string partition_start(std::uint32_t id, std::string_view values);

}  // namespace engine
