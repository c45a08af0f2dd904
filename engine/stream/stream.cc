#include "engine/stream/stream.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdio>
#include <limits>

namespace engine {

namespace {

constexpr std::array<std::string_view, 4> view_type_names = {"KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE",
                                                             "NEW_AND_OLD_IMAGES"};

}  // namespace

std::string_view view_type_name(ViewType type) {
  return view_type_names[static_cast<std::size_t>(type)];
}

std::optional<ViewType> view_type_of(std::string_view name) {
  const auto found = std::find(view_type_names.begin(), view_type_names.end(), name);
  if (found == view_type_names.end()) return std::nullopt;
  return static_cast<ViewType>(found - view_type_names.begin());
}

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

std::vector<std::shared_ptr<Shard>> Stream::shards() const {
  const std::lock_guard lock(mutex);
  return shard_list;
}

std::shared_ptr<Shard> Stream::shard(std::string_view shard_id) const {
  const std::lock_guard lock(mutex);
  for (const auto& shard : shard_list) {
    if (shard->shard_id == shard_id) return shard;
  }
  return nullptr;
}

std::shared_ptr<Shard> Stream::shard_for(std::uint64_t hash) const {
  const std::lock_guard lock(mutex);
  for (const auto& shard : shard_list) {
    if (hash >= shard->hash_from && hash <= shard->hash_to && shard->is_open()) return shard;
  }
  assert(false && "an enabled stream's open shards own every hash");
  return nullptr;
}

}  // namespace engine
