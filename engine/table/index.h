#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/clock.h"
#include "engine/table/key.h"
#include "engine/table/throughput.h"
#include "engine/value/attribute_value.h"

namespace engine {

/// How many items a table or an index has and how large they are, kept up by the writer.
struct TableSize {
  std::atomic<long long> items{0};
  std::atomic<long long> bytes{0};
};

/// Of a table: what is being done with it. Data can be read and written unless it is being made or
/// deleted.
enum class TableStatus { creating, active, updating, deleting };
/// `CREATING`, ...; of an index likewise.
std::string_view status_name(TableStatus status);
TableStatus status_of(std::string_view name);

enum class IndexProjection { all, keys_only, include };

/// `ALL`, `KEYS_ONLY`, `INCLUDE`.
std::string_view projection_name(IndexProjection projection);
/// `name` is one of these.
IndexProjection projection_of(std::string_view name);

/// One item as an index has it. Looks into the item.
class IndexEntry {
 public:
  IndexEntry(std::string key, MapView item) : key_(std::move(key)), item_(item) {}
  IndexEntry(std::string key, Item some) : key_(std::move(key)), some_(std::move(some)) {}

  const std::string& key() const { return key_; }  ///< In the column of items.
  /// What of the item is projected.
  MapView attributes() const { return some_ ? some_->view() : item_; }
  bool operator==(const IndexEntry& other) const {
    return key_ == other.key_ && attributes() == other.attributes();
  }

 private:
  std::string key_;
  MapView item_;
  std::optional<Item> some_;  ///< Of an index that does not hold all.
};

/// A secondary index: other keys, and some of the attributes, of those items that have the keys.
/// Never changes itself; its versions share `size`.
struct Index {
  std::uint32_t id = 0;  ///< Prefix of its entries' keys: of the same numbers as tables.
  std::string name;
  bool is_global = false;
  std::vector<KeyAttribute> partition;  ///< One; of a global index up to four.
  std::vector<KeyAttribute> sort;       ///< None or one; of a global index up to four.
  IndexProjection projection = IndexProjection::all;
  std::vector<std::string> non_key_attributes;  ///< Of `include`, as given.
  Throughput throughput;                        ///< Of a global index of a provisioned table.
  OnDemandLimits on_demand_limits;              ///< Of a global index.
  std::optional<Throughput> warm_throughput;    ///< Of a global index, if asked for.
  TableStatus status = TableStatus::active;     ///< Only an active index can be read.
  /// Entries of items from before it was made may still be missing.
  bool is_backfilling = false;
  /// The first phase of its creation, in which it is neither filled nor can be deleted.
  bool is_allocating = false;
  /// Of one that is being made: before then it is not active.
  std::optional<TimePoint> settles;
  ThroughputChanges throughput_changes;
  /// Names of the attributes it holds, in byte order; unused when it holds all.
  std::vector<std::string> projected;
  std::shared_ptr<TableSize> size = std::make_shared<TableSize>();

  /// The entry of an item, whose key in the table is `item_key`; nothing if a key attribute is not
  /// there, or is none that a key can have.
  std::optional<IndexEntry> entry_of(MapView item, std::string_view item_key) const;
  /// What the keys of all entries of one partition begin with: a value for each attribute of
  /// `partition`.
  std::string partition_prefix(std::span<const ValueView> partition_values) const;
  /// Fills `projected`.
  void set_projected(const KeySchema& table_key);
};

using Indexes = std::vector<std::shared_ptr<const Index>>;

/// What a write did to an index: the size of the entry before and after, where there is one.
struct IndexChange {
  std::shared_ptr<const Index> index;
  std::optional<std::size_t> bytes_before;
  std::optional<std::size_t> bytes_after;
  bool is_moved = false;  ///< The entry has another key now.
};

}  // namespace engine
