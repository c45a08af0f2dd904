#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/cursor.h"

namespace storage {

/// The columns of the store, apart because they are read differently.
enum class Column : std::uint8_t {
  state,    ///< Descriptions, checkpoints, queues: small, read by key and by prefix.
  items,    ///< Items: read at random by key and in ranges.
  records,  ///< Stream records: appended in order, read in order, removed from the front.
};
inline constexpr int column_count = 3;

/// Changes that happen together or not at all, in the order they were added.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  void put(Column column, std::string_view key, std::string_view value);
  void remove(Column column, std::string_view key);
  /// Removes all keys in [from, to).
  void remove_range(Column column, std::string_view from, std::string_view to);
  bool empty() const;
  /// Forgets all changes and keeps the memory.
  void clear();

 private:
  friend class Store;
  struct Changes;
  std::unique_ptr<Changes> changes_;
};

enum class Durability {
  process,  ///< A commit survives the end of the process (it is with the operating system).
  fsync,    ///< A commit survives the end of the machine (it is on the disk).
};

struct StoreOptions {
  std::string folder;      ///< Made if it is not there. Unused in memory.
  bool in_memory = false;  ///< Nothing is written to disk, nothing survives.
  Durability durability = Durability::process;
};

/// All of a store as it was at one moment. The store outlives it, and keeps what it shows.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  ~Snapshot();

  // As of `Store`.
  bool get(Column column, std::string_view key, std::string& value) const;
  Cursor scan(Column column, std::string_view from, std::string_view to) const;
  Cursor scan_back(Column column, std::string_view from, std::string_view to) const;

 private:
  friend class Store;
  struct Held;
  explicit Snapshot(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
};

/// Ordered bytes in columns, on disk or in memory.
///
/// Safe to call from any thread. Every call may throw `StorageError`.
class Store {
 public:
  /// Opens, or makes, the store. `StorageError` says what is wrong in a user's words when another
  /// process has it open, when the folder cannot be written, and when it was written by a newer
  /// format than this program knows.
  explicit Store(const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// The value at `key`, or nothing.
  std::optional<std::string> get(Column column, std::string_view key) const;
  /// The same, into memory that the caller uses again and again.
  bool get(Column column, std::string_view key, std::string& value) const;

  /// Makes all of the batch visible and durable at once.
  void commit(Batch& batch);

  /// The keys in [from, to), as they are now. An empty `to` has no end.
  Cursor scan(Column column, std::string_view from, std::string_view to) const;
  /// The same from the last key to the first.
  Cursor scan_back(Column column, std::string_view from, std::string_view to) const;
  /// The store at this moment, to be read in several calls.
  Snapshot snapshot() const;
  /// The last key in [from, to) and its value, or nothing.
  std::optional<Entry> last(Column column, std::string_view from, std::string_view to) const;

  /// The keys in [from, to) have been removed: gives their room back soon, and in the background,
  /// where otherwise it would wait for the store's own housekeeping. Costs those who write nothing;
  /// never fails, but may do nothing.
  void reclaim(Column column, std::string_view from, std::string_view to);

  /// What the column takes in memory and on disk: not less than what is in it, and possibly a good
  /// deal more. Cheap.
  std::size_t approximate_bytes(Column column) const;

 private:
  friend class Snapshot;
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace storage
