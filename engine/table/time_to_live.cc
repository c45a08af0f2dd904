#include "engine/table/time_to_live.h"

#include <algorithm>
#include <chrono>

#include "engine/limits.h"
#include "engine/table/item_key.h"
#include "engine/value/number.h"
#include "storage/order_key.h"

namespace engine {

namespace {

/// The last second that is written with four digits for the year.
constexpr std::int64_t end_max = 253'402'300'799;
constexpr std::size_t end_digits_max = 12;

/// The number rounded up, if it is not negative and not after `end_max`.
std::optional<std::int64_t> second_of(std::string_view number) {
  std::string text;
  Number::append_text(text, number);
  if (text.front() == '-') return std::nullopt;
  const auto point = std::min(text.find('.'), text.size());
  if (point > end_digits_max) return std::nullopt;
  std::int64_t second = 0;
  for (std::size_t at = 0; at < point; ++at) second = second * 10 + (text[at] - '0');
  if (point < text.size()) ++second;
  return second <= end_max ? std::optional(second) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> TimeToLive::end_of(MapView item) const {
  const auto value = item.find(attribute_name);
  if (!value || value->type() != Type::number) return std::nullopt;
  return second_of(value->number());
}

std::string TimeToLive::entry_key(std::int64_t end, std::string_view item_key) const {
  return entries_from(end).append(item_key);
}

std::string TimeToLive::entries_from(std::int64_t end) const {
  std::string key = table_prefix(id);
  storage::append_u64(key, static_cast<std::uint64_t>(end));
  return key;
}

DueEntry DueEntry::of(std::string_view entry_key) {
  const auto rest = entry_key.substr(sizeof(std::uint32_t));
  return {static_cast<std::int64_t>(storage::read_u64(rest)),
          std::string(rest.substr(sizeof(std::uint64_t)))};
}

std::int64_t oldest_end(TimePoint now) {
  const std::chrono::seconds age_max = std::chrono::years(limits::time_to_live_age_years_max);
  return std::max<std::int64_t>(0, epoch_seconds(now) - age_max.count());
}

bool is_due(std::int64_t end, TimePoint now) {
  return end <= epoch_seconds(now) && end >= oldest_end(now);
}

bool lower(std::atomic<ListMark>& mark, ListMark value) {
  auto known = mark.load();
  while (value < known) {
    if (mark.compare_exchange_weak(known, value)) return true;
  }
  return false;
}

}  // namespace engine
