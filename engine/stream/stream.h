#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/value/attribute_value.h"

namespace engine {

enum class ViewType : std::uint8_t { keys_only, new_image, old_image, new_and_old_images };

std::string_view view_type_name(ViewType type);
std::optional<ViewType> view_type_of(std::string_view name);

/// A sequence number: one counter for the whole store, so numbers grow within a shard, and from a
/// shard to its children. Written as 21 digits: `1` and the counter.
using SequenceNumber = std::uint64_t;

std::string sequence_number_text(SequenceNumber number);
/// Nothing if it is not 21 to 40 digits. Numbers that no record of ours can have are brought to the
/// nearest one (0, or the largest).
std::optional<SequenceNumber> parse_sequence_number(std::string_view text);

/// A shard owns the partition keys whose hash is in [hash_from, hash_to].
struct Shard {
  std::uint64_t id = 0;  ///< Prefix of its records' keys; never used again.
  std::string shard_id;  ///< `shardId-...`
  std::string parent;    ///< Empty: none.
  std::uint64_t hash_from = 0;
  std::uint64_t hash_to = 0;
  SequenceNumber starting = 0;           ///< Below its first record.
  std::optional<SequenceNumber> ending;  ///< Closed: no record after it. Guarded by `mutex`.
  TimePoint created;

  /// Held while a record is numbered and committed, so that numbers become visible in their order.
  mutable std::mutex mutex;

  std::atomic<bool> is_closed{false};  ///< Set after `ending`; asked without a lock.

  bool is_open() const { return !is_closed; }
  /// No record comes after `last`.
  void close(SequenceNumber last) {
    const std::lock_guard lock(mutex);
    ending = last;
    is_closed = true;
  }
};

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

  /// In the byte order of their ids. Never shrinks or moves while the stream is in use.
  std::vector<std::shared_ptr<Shard>> shards() const;
  /// Null if there is none of that id.
  std::shared_ptr<Shard> shard(std::string_view shard_id) const;
  /// The open shard that owns the hash. The stream is enabled.
  std::shared_ptr<Shard> shard_for(std::uint64_t hash) const;

  mutable std::mutex mutex;
  std::vector<std::shared_ptr<Shard>> shard_list;  ///< Guarded by `mutex`.
};

}  // namespace engine
