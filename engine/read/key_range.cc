#include "engine/read/key_range.h"

#include <cassert>
#include <string_view>

#include "engine/table/item_key.h"
#include "storage/order_key.h"

namespace engine {

namespace {

/// What the key values of all texts or bytes that begin with `start` begin with.
std::string key_start_of(std::string_view start) {
  // What ends a key value is two bytes long.
  std::string key;
  storage::append_bytes(key, start);
  key.resize(key.size() - 2);
  return key;
}

KeyRange all_with(std::string prefix) {
  std::string to = storage::after_prefix(prefix);
  return {std::move(prefix), std::move(to)};
}

std::string with_value(const std::string& prefix, ValueView value) {
  std::string key = prefix;
  append_key_value(key, value);
  return key;
}

/// Of the keys that begin with `prefix` those whose next value is as the condition says.
KeyRange narrowed(const std::string& prefix, const SortCondition& condition) {
  using Kind = SortCondition::Kind;
  const ValueView first = condition.values[0];
  const std::string key = with_value(prefix, first);
  switch (condition.kind) {
    case Kind::equal:
      return all_with(key);
    case Kind::less:
      return {prefix, key};
    case Kind::less_or_equal:
      return {prefix, storage::after_prefix(key)};
    case Kind::greater:
      return {storage::after_prefix(key), storage::after_prefix(prefix)};
    case Kind::greater_or_equal:
      return {key, storage::after_prefix(prefix)};
    case Kind::between:
      return {key, storage::after_prefix(with_value(prefix, condition.values[1]))};
    case Kind::begins_with:
      break;
  }
  return all_with(prefix + key_start_of(first.text()));
}

/// The first of the 65,536 places that belongs to the segment, or to one after it.
std::uint64_t segment_start(std::uint64_t segment, std::uint64_t total) {
  constexpr std::uint64_t places = 1 << 16;
  return (segment * places + total - 1) / total;
}

std::string place_key(const std::string& prefix, std::uint64_t place) {
  if (place >= 1 << 16) return storage::after_prefix(prefix);
  std::string key = prefix;
  storage::append_u16(key, static_cast<std::uint16_t>(place));
  return key;
}

}  // namespace

void KeyRange::continue_after(std::string_view key, bool is_forward) {
  if (!is_forward) {
    if (to.empty() || key < to) to = key;
    return;
  }
  // No key begins with another one.
  std::string next(key);
  next += '\0';
  if (next > from) from = std::move(next);
}

KeyRange range_of(const Source& source, std::span<const Value> partition,
                  std::span<const SortCondition> sort) {
  const std::vector<ValueView> values(partition.begin(), partition.end());
  std::string prefix = source.partition_prefix(values);
  if (sort.empty()) return all_with(std::move(prefix));
  for (const auto& condition : sort.first(sort.size() - 1)) {
    assert(condition.kind == SortCondition::Kind::equal);
    append_key_value(prefix, condition.values[0]);
  }
  return narrowed(prefix, sort.back());
}

KeyRange range_of(const Source& source) { return all_with(source.prefix()); }

KeyRange segment_of(const Source& source, std::size_t segment, std::size_t total) {
  const std::string prefix = source.prefix();
  return {place_key(prefix, segment_start(segment, total)),
          place_key(prefix, segment_start(segment + 1, total))};
}

}  // namespace engine
