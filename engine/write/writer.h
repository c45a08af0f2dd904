#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/limits.h"
#include "engine/stream/streams.h"
#include "engine/table/table.h"
#include "engine/write/item_claims.h"
#include "storage/lock_table.h"
#include "storage/store.h"

namespace engine {

class ThroughputMeter;

/// One item to be changed, and under which condition.
struct Write {
  std::shared_ptr<const Table> table;
  std::string key;  ///< As `Table::key_of` gives it.
  /// Whether the change may happen, given the item as it is (null: no item).
  std::function<bool(const Item* old_item)> condition = [](const Item*) { return true; };
  /// The item as it will be; nothing to delete it. Called once at most, so it may give away what it
  /// has. May throw `ApiError`.
  std::function<std::optional<Item>(const Item* old_item)> change;
  bool is_free = false;     ///< Takes no throughput: work of the service, or paid for as a read.
  bool by_service = false;  ///< Time to live's doing: its stream record says so (streams.md 12).
};

struct WriteOutcome {
  bool condition_held = true;
  /// Whether its item collection may take it. Always so of one write alone, which throws instead.
  bool has_room = true;
  /// Why its table or an index had no throughput left. Never of one write alone, which throws it.
  std::optional<ApiError> throttling = std::nullopt;
  std::optional<Item> old_item;
  std::optional<Item> new_item;  ///< The item as it is now.
  /// What it did to indexes: only those whose entry changed.
  std::vector<IndexChange> index_changes;
  std::vector<VectorChange> vector_changes;
};

/// Hears, after the commit and with no lock held, that an item ends sooner than any other of its
/// table (`Table::time_to_live`).
class EndListener {
 public:
  virtual ~EndListener() = default;
  virtual void on_sooner_end() = 0;
};

/// The only door through which items change.
///
/// PutItem, UpdateItem, DeleteItem, batches, transactions and TTL all come
/// through here, so that an item, its index entries and its stream record are
/// always one storage batch.
///
/// Safe to call from any thread: writes to one item take turns, and records
/// reach a shard in the order of their sequence numbers.
class Writer {
 public:
  /// `collection_bytes_max`: what the items of one partition and their entries in local indexes may
  /// take, in tables that have such indexes.
  Writer(storage::Store& store, Streams& streams, const Clock& clock,
         std::size_t collection_bytes_max = limits::item_collection_bytes_max)
      : store_(store),
        streams_(streams),
        clock_(clock),
        collection_bytes_max_(collection_bytes_max) {}

  /// Reads, decides, writes. A change that leaves the item as it was writes nothing. Throws
  /// `StorageError`; `ApiError` (ResourceNotFoundException) if the table has been deleted
  /// meanwhile, TransactionConflictException if a transaction under way is about the item and the
  /// write is not the service's own, ItemCollectionSizeLimitExceededException, what
  /// `ThroughputMeter` throws, and what `change` throws.
  WriteOutcome apply(const Write& write);
  /// The same for several different items: all of them are written, or none. If a condition does
  /// not hold, an item collection has no room or a table no throughput, nothing is written, and the
  /// outcomes say which. Throughput is taken as by a transaction.
  /// `also` adds what belongs into the same storage batch; it is called once, right before the
  /// commit.
  std::vector<WriteOutcome> apply_all(
      std::span<const Write> writes,
      const std::function<void(storage::Batch& batch)>& also = [](storage::Batch&) {});
  /// The items at these store keys, as all of them are at one moment.
  std::vector<std::optional<Item>> read_all(std::span<const std::string> keys);
  /// Puts items, by their keys, into the list of their table's time to live, if it is still the
  /// same. Throws `StorageError`.
  void list_ends(const Table& table, std::span<const std::string> keys);

  /// Puts the entries of items, by their keys, into an index of their table, if it is still there
  /// and wants them. Throws `StorageError`.
  void fill_index(const Table& table, std::uint32_t index_id, std::span<const std::string> keys);
  /// The items that transactions under way are about; others find a conflict there.
  ItemClaims& claims() { return claims_; }

  /// Enforced from now on; before anything is written.
  void set_meter(ThroughputMeter& meter) { meter_ = &meter; }
  void set_end_listener(EndListener* listener) { end_listener_ = listener; }

 private:
  void tell_of_end(TableLife& life, std::int64_t end) const;
  bool has_room(const Table& table, const WriteOutcome& outcome) const;
  ThroughputMeter* meter_of(const Write& write) const;
  void take(std::span<const Write> writes, const std::vector<WriteOutcome>& outcomes) const;

  storage::Store& store_;
  Streams& streams_;
  const Clock& clock_;
  const std::size_t collection_bytes_max_;
  storage::LockTable locks_;
  ItemClaims claims_;
  ThroughputMeter* meter_ = nullptr;  ///< Null: not enforced.
  std::atomic<EndListener*> end_listener_{nullptr};
};

}  // namespace engine
