#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "engine/arn.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "engine/stream/streams.h"
#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// The table's name, from a name or from its ARN.
std::string_view table_name_of(std::string_view name_or_arn);

struct TableSpec {
  std::string name;
  KeySchema key;
  std::vector<KeyAttribute> attribute_definitions;
  BillingMode billing_mode = BillingMode::provisioned;
  Throughput throughput;
  bool deletion_protection = false;
  std::string table_class;
  std::map<std::string, std::string> tags;
  std::optional<ViewType> stream;
  /// In any order; their numbers, and what they project, are the catalog's to fill in.
  std::vector<Index> indexes;
};

/// What an UpdateTable changes; absent members stay.
struct TableChange {
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  std::optional<bool> deletion_protection;
  std::optional<std::string> table_class;
  std::optional<ViewType> enable_stream;
  bool disable_stream = false;
  /// The attribute. Its list begins empty, and filling it is `Expiry`'s.
  std::optional<std::string> enable_time_to_live;
  bool disable_time_to_live = false;
  /// Asked of the table as it is, before it changes; says no by throwing.
  std::function<void(const Table&)> require = [](const Table&) {};
};

/// The tables there are. Descriptions are in the store and, whole, in memory.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Catalog {
 public:
  Catalog(storage::Store& store, Streams& streams, const Clock& clock, Random& random);

  /// For data operations: by name or table ARN. Throws ResourceNotFoundException
  /// `Requested resource not found`.
  std::shared_ptr<const Table> table(std::string_view name_or_arn) const;
  /// For operations on tables: by name or table ARN. Throws ResourceNotFoundException
  /// `...: Table: T not found`.
  std::shared_ptr<const Table> existing(std::string_view name_or_arn) const;
  /// By name or table ARN; null if there is none.
  std::shared_ptr<const Table> find(std::string_view name_or_arn) const;

  /// Throws ResourceInUseException if there is one of that name.
  std::shared_ptr<const Table> create(const TableSpec& spec, const Caller& caller);
  /// The new version. Throws `ApiError` (ResourceNotFoundException `...: Table: T not found`).
  std::shared_ptr<const Table> update(std::string_view name, const TableChange& change);
  /// Deletes table and items; its stream is disabled and stays readable. The last version. Throws
  /// `ApiError` (ResourceNotFoundException, as `update`), and what `require` throws.
  std::shared_ptr<const Table> remove(
      std::string_view name,
      const std::function<void(const Table&)>& require = [](const Table&) {});

  /// Those whose time to live is enabled.
  std::vector<std::shared_ptr<const Table>> with_time_to_live() const;
  /// All items are in the list of this version's time to live. Does nothing if that is no longer
  /// enabled.
  void time_to_live_is_filled(const Table& table);

  /// Names in byte order, only those after `after`, at most `limit`.
  std::vector<std::string> names(std::string_view after, std::size_t limit) const;

 private:
  void load();
  static void add_indexes(Table& table, const TableSpec& spec);
  void apply_time_to_live(Table& table, const TableChange& change, storage::Batch& batch) const;

  storage::Store& store_;
  Streams& streams_;
  const Clock& clock_;
  Random& random_;
  /// Held by whoever changes which tables there are, or what they are. Taken before a table's gate.
  std::mutex change_mutex_;
  std::uint32_t last_id_ = 0;  ///< Guarded by `change_mutex_`.
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables_;  ///< By `mutex_`.
};

}  // namespace engine
