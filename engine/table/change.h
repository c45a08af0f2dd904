#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/stream/stream.h"
#include "engine/table/table.h"

namespace engine {

/// A table to be made.
struct TableSpec {
  std::string name;
  KeySchema key;
  std::vector<KeyAttribute> attribute_definitions;
  BillingMode billing_mode = BillingMode::provisioned;
  Throughput throughput;
  OnDemandLimits on_demand_limits;
  std::optional<Throughput> warm_throughput;
  std::optional<Encryption> encryption;
  bool deletion_protection = false;
  std::string table_class;
  std::map<std::string, std::string> tags;
  std::optional<ViewType> stream;
  /// In any order; their numbers, and what they project, are the catalog's to fill in.
  std::vector<Index> indexes;
  std::vector<VectorIndex> vector_indexes;  ///< Likewise.
  /// What is kept beside it from its beginning (`TableNotes`), by name.
  std::map<std::string, std::string> notes;
  std::optional<Origin> origin;
  /// It stays CREATING, and closed to clients, until `Catalog::made`: its items come from
  /// elsewhere.
  bool is_filled_first = false;
};

/// Of a global index; absent members stay.
struct IndexSettings {
  std::string name;
  std::optional<Throughput> throughput;
  std::optional<OnDemandLimits> on_demand_limits;
  std::optional<Throughput> warm_throughput;
};

/// What an UpdateTable changes; absent members stay.
struct TableChange {
  std::optional<BillingMode> billing_mode;
  std::optional<Throughput> throughput;
  std::optional<OnDemandLimits> on_demand_limits;
  std::optional<Throughput> warm_throughput;
  std::optional<bool> deletion_protection;
  std::optional<std::string> table_class;
  std::optional<Encryption> enable_encryption;
  bool disable_encryption = false;
  std::optional<std::vector<Replica>> replicas;  ///< All that there are then.
  std::optional<ViewType> enable_stream;
  bool disable_stream = false;
  /// Of attributes that new indexes have for keys.
  std::vector<KeyAttribute> attribute_definitions;
  std::optional<Index> create_index;  ///< As in `TableSpec::indexes`.
  std::string delete_index;           ///< A global index, by name.
  std::vector<IndexSettings> indexes;
  std::optional<VectorIndex> create_vector_index;  ///< As in `TableSpec::vector_indexes`.
  std::string delete_vector_index;                 ///< By name.
  /// The attribute. Its list begins empty, and filling it is `Expiry`'s.
  std::optional<std::string> enable_time_to_live;
  bool disable_time_to_live = false;
  /// For so many days; of a table that has it already only that changes.
  std::optional<int> enable_recovery;
  bool disable_recovery = false;
  /// Asked of the table as it is, before it changes; says no by throwing.
  std::function<void(const Table&)> require = [](const Table&) {};
  /// What else changes, and takes no time: tags. May run more than once.
  std::function<void(Table&)> edit = [](Table&) {};
};

/// Whether a table is UPDATING for a while after the change. What it has already is no change.
bool takes_time(const Table& table, const TableChange& change);

/// Two versions of a table that is being changed: one while it is, with the numbers of before, and
/// one after that.
struct Course {
  Table during;
  Table after;
};
/// Of the parts of the change that take time; `table` has all the others.
Course course_of(const Table& table, const TableChange& change, TimePoint now);

/// The version of the index with other settings, put in its place.
void edit_index(Table& table, std::string_view name, const std::function<void(Index&)>& edit);
void edit_vector_index(Table& table, std::string_view name,
                       const std::function<void(VectorIndex&)>& edit);
/// Adds it where it belongs.
void add_index(Table& table, Index index);
void add_vector_index(Table& table, VectorIndex index);
/// A version of a table that is made, or being made, with all its indexes.
void set_made(Table& table, bool is_made);

}  // namespace engine
