#include "engine/stream/stream.h"

#include <algorithm>
#include <array>
#include <cassert>

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
  const auto found = std::lower_bound(
      open_shards.begin(), open_shards.end(), hash,
      [](const auto& shard, std::uint64_t wanted) { return shard->hash_to < wanted; });
  assert(found != open_shards.end() && "an enabled stream's open shards own every hash");
  return *found;
}

void Stream::set_shards(std::vector<std::shared_ptr<Shard>> shards) {
  std::sort(shards.begin(), shards.end(),
            [](const auto& a, const auto& b) { return a->shard_id < b->shard_id; });
  open_shards.clear();
  for (const auto& shard : shards) {
    if (shard->is_open()) open_shards.push_back(shard);
  }
  std::sort(open_shards.begin(), open_shards.end(),
            [](const auto& a, const auto& b) { return a->hash_from < b->hash_from; });
  shard_list = std::move(shards);
}

}  // namespace engine
