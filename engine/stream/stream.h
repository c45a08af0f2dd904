#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/shard.h"
#include "engine/value/attribute_value.h"

namespace engine {

enum class ViewType : std::uint8_t { keys_only, new_image, old_image, new_and_old_images };

std::string_view view_type_name(ViewType type);
std::optional<ViewType> view_type_of(std::string_view name);

enum class StreamStatus : std::uint8_t { enabled, disabled };

/// A table's stream, from the moment it is enabled until a day after it is disabled.
struct Stream {
  std::uint64_t id = 0;
  std::string arn;
  std::string label;
  std::string table_name;
  std::string region;
  std::vector<std::pair<std::string, std::string>> key_schema;  ///< name, `HASH` or `RANGE`.
  ViewType view_type = ViewType::keys_only;
  TimePoint created;
  std::uint64_t event_seed = 0;  ///< Of its records' event ids.
  std::atomic<StreamStatus> status{StreamStatus::enabled};
  TimePoint disabled;  ///< When it was, if it was: set before `status`.

  /// Those that are listed, parents before their children: in the byte order of their ids.
  std::vector<std::shared_ptr<Shard>> shards() const;
  /// Null if there is none of that id.
  std::shared_ptr<Shard> shard(std::string_view shard_id) const;
  /// The open shard that owns the hash; it may be closed by the time its mutex is held, and then
  /// another one does. The stream is enabled.
  std::shared_ptr<Shard> shard_for(std::uint64_t hash) const;

  mutable std::mutex mutex;
  std::vector<std::shared_ptr<Shard>> shard_list;  ///< Guarded by `mutex`.
  /// The open ones among them, by their ranges. Guarded by `mutex`.
  std::vector<std::shared_ptr<Shard>> open_shards;

  /// Takes these as the shards there are. `mutex` is held, or nobody else knows the stream yet.
  void set_shards(std::vector<std::shared_ptr<Shard>> shards);
};

}  // namespace engine
