#include "engine/table/recovery.h"

#include <algorithm>
#include <chrono>

#include "engine/table/item_key.h"

namespace engine {

namespace {

constexpr std::size_t prefix_bytes = 2 * sizeof(std::uint32_t);
constexpr std::size_t suffix_bytes = 2 * sizeof(std::uint64_t);

}  // namespace

TimePoint Recovery::earliest(TimePoint now) const {
  return std::max(since, now - std::chrono::days(days));
}

std::uint32_t day_of(TimePoint time) {
  return static_cast<std::uint32_t>(
      std::chrono::floor<std::chrono::days>(time).time_since_epoch().count());
}

TimePoint start_of_day(std::uint32_t day) { return TimePoint(std::chrono::days(day)); }

UndoEntry UndoEntry::of(std::string_view key) {
  const auto suffix = key.substr(key.size() - suffix_bytes);
  return {.day = storage::read_u32(key.substr(sizeof(std::uint32_t))),
          .item_key = key.substr(prefix_bytes, key.size() - prefix_bytes - suffix_bytes),
          .number = storage::read_u64(suffix),
          .time = from_epoch_milliseconds(
              static_cast<long long>(storage::read_u64(suffix.substr(sizeof(std::uint64_t)))))};
}

std::string UndoEntry::key(const Recovery& recovery, std::string_view item_key,
                           std::uint64_t number, TimePoint time) {
  std::string key = day_prefix(recovery, day_of(time));
  key.append(item_key);
  storage::append_u64(key, number);
  storage::append_u64(key, static_cast<std::uint64_t>(epoch_milliseconds(time)));
  return key;
}

std::string UndoEntry::day_prefix(const Recovery& recovery, std::uint32_t day) {
  std::string key = table_prefix(recovery.id);
  storage::append_u32(key, day);
  return key;
}

}  // namespace engine
