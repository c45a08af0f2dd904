#include "engine/stream/shard.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace engine {

std::string sequence_number_text(SequenceNumber number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "1%020llu", static_cast<unsigned long long>(number));
  return text.data();
}

std::optional<SequenceNumber> parse_sequence_number(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() < 21 || text.size() > 40 || !std::all_of(text.begin(), text.end(), is_digit)) {
    return std::nullopt;
  }
  while (text.size() > 21 && text.front() == '0') text.remove_prefix(1);
  if (text.front() == '0') return 0;
  constexpr auto largest = std::numeric_limits<SequenceNumber>::max();
  if (text.size() > 21 || text.front() > '1') return largest;
  SequenceNumber number = 0;
  for (const char digit : text.substr(1)) {
    const auto value = static_cast<SequenceNumber>(digit - '0');
    if (number > (largest - value) / 10) return largest;
    number = number * 10 + value;
  }
  return number;
}

void Shard::on_committed(SequenceNumber number, TimePoint record_created) {
  // Where the clock was set back the newest record is not the youngest.
  if (record_created < oldest_created.load()) oldest_created = record_created;
  if (record_created > newest_created.load()) newest_created = record_created;
  newest = number;
}

void Shard::close(TimePoint now) {
  vanishes = (is_empty() ? now : newest_created.load()) + record_life;
  is_closed = true;
}

}  // namespace engine
