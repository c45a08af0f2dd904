#include "engine/capacity.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t read_block_bytes = 4096;
constexpr std::size_t write_block_bytes = 1024;

/// Blocks of `size` begun by `bytes`; at least one.
double blocks(std::size_t bytes, std::size_t size) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + size - 1) / size));
}

}  // namespace

double read_units(std::size_t item_bytes, bool is_consistent) {
  return blocks(item_bytes, read_block_bytes) * (is_consistent ? 1.0 : 0.5);
}

double write_units(std::size_t old_item_bytes, std::size_t new_item_bytes) {
  return blocks(std::max(old_item_bytes, new_item_bytes), write_block_bytes);
}

double index_write_units(const IndexChange& change) {
  const std::size_t before = change.bytes_before.value_or(0);
  const std::size_t after = change.bytes_after.value_or(0);
  if (change.is_moved) return write_units(before, 0) + write_units(0, after);
  return write_units(before, after);
}

}  // namespace engine
