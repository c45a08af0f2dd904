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

double write_units(std::size_t old_bytes, std::size_t new_bytes) {
  return blocks(std::max(old_bytes, new_bytes), write_block_bytes);
}

/// A moved entry is a removed one and a new one.
double index_write_units(const IndexChange& change) {
  const std::size_t before = change.bytes_before.value_or(0);
  const std::size_t after = change.bytes_after.value_or(0);
  if (change.is_moved) return write_units(before, 0) + write_units(0, after);
  return write_units(before, after);
}

/// The same of a vector index, in bytes.
double vector_write_bytes(const VectorChange& change) {
  const std::size_t before = change.bytes_before.value_or(0);
  const std::size_t after = change.bytes_after.value_or(0);
  return static_cast<double>(change.is_moved ? before + after : std::max(before, after));
}

}  // namespace

double Capacity::total() const {
  double units = table;
  for (const auto& [name, of_index] : local_indexes) units += of_index;
  for (const auto& [name, of_index] : global_indexes) units += of_index;
  return units;
}

Capacity& Capacity::operator+=(const Capacity& other) {
  table += other.table;
  for (const auto& [name, units] : other.local_indexes) local_indexes[name] += units;
  for (const auto& [name, units] : other.global_indexes) global_indexes[name] += units;
  for (const auto& [name, bytes] : other.vector_indexes) vector_indexes[name] += bytes;
  return *this;
}

double read_units(std::size_t item_bytes, bool is_consistent) {
  return blocks(item_bytes, read_block_bytes) * (is_consistent ? 1.0 : 0.5);
}

Capacity capacity_of(const Source& source, const PageEnd& page, bool is_consistent) {
  Capacity capacity;
  const double units = read_units(page.bytes, is_consistent);
  if (source.index() == nullptr) {
    capacity.table = units;
    return capacity;
  }
  auto& indexes = source.index()->is_global ? capacity.global_indexes : capacity.local_indexes;
  indexes[source.index()->name] = units;
  capacity.table = static_cast<double>(page.fetched_blocks) * (is_consistent ? 1.0 : 0.5);
  return capacity;
}

Capacity capacity_of(const WriteOutcome& outcome) {
  const auto bytes = [](const std::optional<Item>& item) { return item ? item->size_bytes() : 0; };
  Capacity capacity;
  capacity.table = write_units(bytes(outcome.old_item), bytes(outcome.new_item));
  for (const auto& change : outcome.index_changes) {
    auto& indexes = change.index->is_global ? capacity.global_indexes : capacity.local_indexes;
    indexes[change.index->name] += index_write_units(change);
  }
  for (const auto& change : outcome.vector_changes) {
    capacity.vector_indexes[change.index->name] += vector_write_bytes(change);
  }
  return capacity;
}

Capacity transaction_capacity_of(const WriteOutcome& outcome) {
  Capacity capacity = capacity_of(outcome);
  capacity.table *= 2;
  return capacity;
}

Capacity transaction_read_capacity(std::size_t item_bytes) {
  return {.table = 2 * read_units(item_bytes, true), .local_indexes = {}, .global_indexes = {}};
}

}  // namespace engine
