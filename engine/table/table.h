#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/clock.h"
#include "engine/stream/stream.h"
#include "engine/table/index.h"
#include "engine/table/key.h"
#include "engine/table/recovery.h"
#include "engine/table/throughput.h"
#include "engine/table/time_to_live.h"
#include "engine/table/vector_index.h"
#include "engine/value/attribute_value.h"

namespace engine {

/// What the versions of one table share, in memory.
struct TableLife {
  /// Held shared by whoever writes items, and alone by whoever changes or deletes the table.
  std::shared_mutex gate;
  /// The version in force; null once the table is deleted. Guarded by `gate`.
  std::shared_ptr<const struct Table> current;
  /// Known after the first count (`Reader::size_of`).
  std::atomic<bool> size_is_known{false};
  TableSize size;
  /// Before it there is nothing in the list of `Table::time_to_live`, but for what is ignored or
  /// just being deleted. The writer lowers it, `Expiry` raises it.
  std::atomic<ListMark> list_begins{0};
};

/// `RestoreSummary` of a table that was made from a backup, or from a moment of another table.
struct Origin {
  std::string backup_arn;  ///< Empty: from a moment.
  std::string table_arn;
  TimePoint moment;
};

/// `SSEDescription`: a key of the account's or of the customer's.
struct Encryption {
  std::string key_arn;

  bool operator==(const Encryption&) const = default;
};

/// `Replicas`: there is no other region here; what is asked for is kept and shown.
struct Replica {
  std::string region;
  TableStatus status = TableStatus::active;
  /// What it has of its own, as a JSON object with the members of `ReplicaDescription`.
  std::string overrides = "{}";
};

/// What is being changed while a table is `TableStatus::updating`: what else can be done meanwhile
/// depends on it.
enum class TableUpdate { none, settings, throughput, stream_on, stream_off, index, encryption };

/// A table as it is between two changes to it: never changes itself.
struct Table {
  std::uint32_t id = 0;  ///< Prefix of its items' keys; never used again.
  std::string name;
  std::string arn;
  std::string uuid;  ///< `TableId`.
  KeySchema key;
  /// All `AttributeDefinitions`, in the order given.
  std::vector<KeyAttribute> attribute_definitions;
  BillingMode billing_mode = BillingMode::provisioned;
  /// When it last became on-demand; the creation time if it was made so.
  std::optional<TimePoint> on_demand_since;
  Throughput throughput;
  ThroughputChanges throughput_changes;
  OnDemandLimits on_demand_limits;
  std::optional<Throughput> warm_throughput;  ///< If it was asked for.
  TimePoint created;
  TableStatus status = TableStatus::active;
  TableUpdate update = TableUpdate::none;  ///< Of one that is being updated.
  /// When the change under way is done, if one is: the moment its `status` ends. Nothing for a
  /// table that is being made until `Catalog::made` says that it is.
  std::optional<TimePoint> settles;
  /// What it is then, if that is something else than the same and active. Null also of one that is
  /// being deleted.
  std::shared_ptr<const Table> next;
  std::optional<Encryption> encryption;
  std::vector<Replica> replicas;
  /// When its class was changed, the newest last: at most as often as that is allowed.
  std::vector<TimePoint> class_changes;
  std::optional<TimePoint> protection_changed;  ///< When deletion protection was, last.
  std::optional<Origin> origin;
  bool deletion_protection = false;
  std::string table_class;  ///< Empty: not asked for.
  std::map<std::string, std::string> tags;
  Indexes indexes;               ///< By name.
  VectorIndexes vector_indexes;  ///< By name.
  std::optional<TimeToLive> time_to_live;
  std::optional<Recovery> recovery;  ///< If point-in-time recovery is enabled.

  /// The stream in force; null if there is none.
  std::shared_ptr<Stream> stream;
  /// Of the last stream, also of one that was disabled; empty if there never was one.
  std::string latest_stream_arn;
  std::string latest_stream_label;

  std::shared_ptr<TableLife> life;

  /// The store key of the item. Throws `ApiError` with the words for an item to put: a key
  /// attribute that is missing, of another type, empty or too long (dynamodb.md 4.5).
  std::string key_of(MapView item) const;
  /// The store key that a `Key` parameter names. Throws `ApiError`: not exactly the key attributes,
  /// another type, empty or too long.
  std::string key_of_key(MapView key) const;
  /// Throws only what the two above throw for a key attribute that is empty.
  void require_no_empty_key(MapView item_or_key) const;
  /// What the store keys of all items of a partition begin with.
  std::string partition_prefix(ValueView partition) const;
  /// Only the key attributes of `item`.
  Item key_attributes(MapView item) const;
  bool is_key_attribute(std::string_view name) const;
  bool has_local_index() const;
  /// Null if there is none of that name.
  std::shared_ptr<const Index> index(std::string_view index_name) const;
  std::shared_ptr<const VectorIndex> vector_index(std::string_view index_name) const;
};

/// Where a partition lies: items of a table are ordered by this hash, and a shard owns a range of
/// it. `partition_key` is the encoded value of the partition key.
std::uint64_t partition_hash(ValueView partition_key);

}  // namespace engine
