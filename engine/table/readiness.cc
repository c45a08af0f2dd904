#include "engine/table/readiness.h"

#include <algorithm>

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

/// Being made or deleted; null if there is none.
const Index* index_under_way(const Table& table) {
  const auto is_under_way = [](const auto& index) {
    return index->status == TableStatus::creating || index->status == TableStatus::deleting;
  };
  const auto found = std::ranges::find_if(table.indexes, is_under_way);
  return found == table.indexes.end() ? nullptr : found->get();
}

void require_can_change_stream(const Table& table) {
  if (is_changing_stream(table)) {
    throw still_in_use("A stream status change is currently in progress." + stream_change(table));
  }
  if (table.update == TableUpdate::throughput) {
    throw still_in_use(
        "Can't enable or disable stream while table IOPS are being updated. Table: " + table.name);
  }
  const auto* index = index_under_way(table);
  if (index != nullptr && index->status == TableStatus::creating) {
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

void require_can_change_indexes(const Table& table, const TableChange& change) {
  for (const auto& settings : change.indexes) require_index_is_not_going(table, settings.name);
  if (!change.delete_index.empty()) {
    require_index_is_not_going(table, change.delete_index);
    const auto index = table.index(change.delete_index);
    if (index && index->is_allocating) {
      throw still_in_use(
          "Index creation is in resource allocation phase. Retry deletion during backfilling phase "
          "or when the index is active. Table: " +
          table.name + " Index: " + index->name);
    }
  }
  const auto* under_way = index_under_way(table);
  if (under_way == nullptr) return;
  if (change.create_index ||
      (!change.delete_index.empty() && change.delete_index != under_way->name)) {
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
  if (table.update == TableUpdate::index || index_under_way(table) != nullptr) {
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
