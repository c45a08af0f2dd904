#include "engine/table/readiness.h"

#include <optional>
#include <string>

#include "engine/api_error.h"

namespace engine {

namespace {

ApiError still_in_use(const std::string& what) {
  return resource_in_use("Attempt to change a resource which is still in use: " + what);
}

ApiError is_being_made(const Table& table) {
  return still_in_use("Table is being created: " + table.name);
}

ApiError is_being_deleted(const Table& table) {
  return still_in_use("Table is being deleted: " + table.name);
}

bool is_changing_stream(const Table& table) {
  return table.update == TableUpdate::stream_on || table.update == TableUpdate::stream_off;
}

/// Of the change to the stream that is under way.
std::string stream_change(const Table& table) {
  const bool is_on = table.update == TableUpdate::stream_on;
  return " Table: " + table.name + " Stream: " + table.latest_stream_label +
         " Operation: " + (is_on ? "ENABLE" : "DISABLE");
}

/// Of either kind, being made or deleted.
struct IndexUnderWay {
  std::string name;
  TableStatus status = TableStatus::creating;
};

std::optional<IndexUnderWay> index_under_way(const Table& table) {
  std::optional<IndexUnderWay> found;
  const auto look_at = [&](const auto& indexes) {
    for (const auto& index : indexes) {
      const auto status = index->status;
      if (status != TableStatus::creating && status != TableStatus::deleting) continue;
      found = IndexUnderWay{index->name, status};
    }
  };
  look_at(table.vector_indexes);
  look_at(table.indexes);
  return found;
}

void require_can_change_stream(const Table& table) {
  if (is_changing_stream(table)) {
    throw still_in_use("A stream status change is currently in progress." + stream_change(table));
  }
  if (table.update == TableUpdate::throughput) {
    throw still_in_use(
        "Can't enable or disable stream while table IOPS are being updated. Table: " + table.name);
  }
  const auto index = index_under_way(table);
  if (index && index->status == TableStatus::creating) {
    throw still_in_use("Can't change stream status when an index is being created. Table: " +
                       table.name + " Index: " + index->name);
  }
}

void require_can_change_throughput(const Table& table) {
  if (is_changing_stream(table)) {
    throw still_in_use("Can't change table IOPS when stream status is being updated." +
                       stream_change(table));
  }
  if (table.update == TableUpdate::throughput) {
    throw still_in_use("Table IOPS are currently being updated. Table: " + table.name);
  }
}

void require_index_is_not_going(const Table& table, const std::string& name) {
  const auto index = table.index(name);
  if (index && index->status == TableStatus::deleting) {
    throw still_in_use("Index is being deleted. Table: " + table.name + " Index: " + name);
  }
}

/// Of either kind; null if there is none of that name.
template <typename AnyIndex>
void require_can_delete_index(const Table& table, const AnyIndex* index) {
  if (index == nullptr) return;
  if (index->status == TableStatus::deleting) {
    throw still_in_use("Index is being deleted. Table: " + table.name + " Index: " + index->name);
  }
  if (index->is_allocating) {
    throw still_in_use(
        "Index creation is in resource allocation phase. Retry deletion during backfilling phase "
        "or when the index is active. Table: " +
        table.name + " Index: " + index->name);
  }
}

void require_can_change_indexes(const Table& table, const TableChange& change) {
  for (const auto& settings : change.indexes) require_index_is_not_going(table, settings.name);
  require_can_delete_index(table, table.index(change.delete_index).get());
  require_can_delete_index(table, table.vector_index(change.delete_vector_index).get());
  const auto under_way = index_under_way(table);
  if (!under_way) return;
  const auto is_another = [&](const std::string& name) {
    return !name.empty() && name != under_way->name;
  };
  if (change.create_index || change.create_vector_index || is_another(change.delete_index) ||
      is_another(change.delete_vector_index)) {
    throw ApiError("LimitExceededException",
                   "Subscriber limit exceeded: Only 1 online index can be created or deleted "
                   "simultaneously per table");
  }
}

}  // namespace

void require_can_change(const Table& table, const TableChange& change) {
  if (table.status != TableStatus::active && change.deletion_protection) {
    throw validation_error(
        "Table needs to be in ACTIVE status to modify deletion protection setting.");
  }
  if (table.status == TableStatus::creating) throw is_being_made(table);
  if (table.status == TableStatus::deleting) throw is_being_deleted(table);
  if (change.enable_stream || change.disable_stream) require_can_change_stream(table);
  if (change.throughput || change.billing_mode) require_can_change_throughput(table);
  require_can_change_indexes(table, change);
  if (table.status != TableStatus::updating || !takes_time(table, change)) return;
  if (table.update == TableUpdate::encryption &&
      (change.enable_encryption || change.disable_encryption)) {
    throw still_in_use("Server-Side Encryption is still being updated");
  }
  throw still_in_use("Table: " + table.name + " is in the process of being updated.");
}

void require_can_delete(const Table& table) {
  if (table.status == TableStatus::creating) throw is_being_made(table);
  if (table.status == TableStatus::deleting) throw is_being_deleted(table);
  if (is_changing_stream(table)) {
    throw still_in_use("Cannot delete table while stream is being enabled/disabled.");
  }
  if (table.update == TableUpdate::index || index_under_way(table)) {
    throw still_in_use("Cannot delete table while indexes are being created, updated, or deleted.");
  }
  if (table.update == TableUpdate::throughput) {
    throw still_in_use("Table IOPS are currently being updated. Table: " + table.name);
  }
  if (table.update == TableUpdate::encryption) {
    throw still_in_use("Server-Side Encryption is still being updated");
  }
  if (table.status == TableStatus::updating) {
    throw still_in_use("Table: " + table.name + " is in the process of being updated.");
  }
}

void refuse_second(const Table& table) {
  if (table.status == TableStatus::creating) throw is_being_made(table);
  if (table.status == TableStatus::deleting) throw is_being_deleted(table);
  throw resource_in_use("Table already exists: " + table.name);
}

}  // namespace engine
