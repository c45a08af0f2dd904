#include "engine/backup/transfers.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <set>

#include "engine/api_error.h"
#include "engine/backup/backup.h"
#include "engine/backup/exporting.h"
#include "engine/backup/filling.h"
#include "engine/backup/importing.h"
#include "engine/documents.h"

namespace engine {

namespace {

constexpr std::string_view export_kind = "export";
constexpr std::string_view import_kind = "import";

/// Amazon DynamoDB API Reference, ExportTableToPointInTime and ListExports.
constexpr auto token_life = std::chrono::hours(8);
constexpr auto listed_for = std::chrono::days(90);

template <class T>
T decoded(const std::string& bytes);
template <>
Export decoded(const std::string& bytes) {
  return export_of(bytes);
}
template <>
Import decoded(const std::string& bytes) {
  return import_of(bytes);
}

/// All that are kept, the oldest first.
template <class T>
std::vector<T> all(storage::Store& store, std::string_view kind, std::string_view after = "") {
  std::vector<T> transfers;
  for (const auto& [id, bytes] : Documents(store).list(kind, after)) {
    transfers.push_back(decoded<T>(bytes));
  }
  return transfers;
}

template <class T>
std::vector<T> listed(storage::Store& store, std::string_view kind, std::string_view table_arn,
                      std::string_view after, TimePoint now) {
  auto transfers = all<T>(store, kind, after);
  std::erase_if(transfers, [&](const T& transfer) {
    return transfer.started < now - listed_for ||
           (!table_arn.empty() && transfer.table_arn != table_arn);
  });
  return transfers;
}

template <class T>
std::optional<T> begun(storage::Store& store, std::string_view kind, std::string_view token,
                       std::uint64_t payload_hash, TimePoint now, const ApiError& conflict) {
  if (token.empty()) return std::nullopt;
  for (auto& transfer : all<T>(store, kind)) {
    if (transfer.client_token != token || transfer.started <= now - token_life) continue;
    if (transfer.payload_hash != payload_hash) throw conflict;
    return std::move(transfer);
  }
  return std::nullopt;
}

template <class T>
T existing(storage::Store& store, std::string_view kind, std::string_view arn,
           const ApiError& not_found) {
  const auto id = dated_id_of(arn, kind);
  if (id.empty()) throw not_found;
  const auto bytes = Documents(store).get(kind, id);
  if (!bytes) throw not_found;
  auto transfer = decoded<T>(*bytes);
  if (transfer.arn != arn) throw not_found;
  return transfer;
}

}  // namespace

Transfers::Transfers(const Engine& engine) : engine_(engine) {
  resume_exports();
  resume_imports();
}

std::string Transfers::new_id() {
  const std::lock_guard lock(mutex_);
  last_id_ = std::max(engine_.clock.now(), last_id_ + Duration(1));
  return dated_id(last_id_, engine_.random.hex(8));
}

std::optional<Export> Transfers::begun_export(std::string_view token,
                                              std::uint64_t payload_hash) const {
  return begun<Export>(
      engine_.store, export_kind, token, payload_hash, engine_.clock.now(),
      {"ExportConflictException",
       "The client token was used for an export with other parameters within the last 8 hours"});
}

std::optional<Import> Transfers::begun_import(std::string_view token,
                                              std::uint64_t payload_hash) const {
  return begun<Import>(
      engine_.store, import_kind, token, payload_hash, engine_.clock.now(),
      {"ImportConflictException",
       "The client token was used for an import with other parameters within the last 8 hours"});
}

Export Transfers::begin(Export wanted, const std::shared_ptr<const Table>& table) {
  std::unique_lock beginning(begin_mutex_);
  // Of two that come at the same time with one token the second is the first.
  if (auto begun = begun_export(wanted.client_token, wanted.payload_hash)) return *std::move(begun);
  wanted.started = engine_.clock.now();
  wanted.arn = table->arn + "/export/" + new_id();
  wanted.table_name = table->name;
  wanted.table_arn = table->arn;
  wanted.table_uuid = table->uuid;
  auto work = std::make_unique<Exporting>(engine_.store, engine_.buckets, engine_.clock,
                                          export_kind, wanted, table);
  Documents(engine_.store).put(export_kind, dated_id_of(wanted.arn, export_kind), encode(wanted));
  beginning.unlock();
  engine_.work.begin(std::move(work));
  return wanted;
}

std::unique_ptr<Work> Transfers::importing(Import transfer, std::shared_ptr<const Table> table) {
  return std::make_unique<Importing>(
      Importing::Engine{engine_.store, engine_.catalog, engine_.buckets, engine_.writer,
                        engine_.clock},
      import_kind, std::move(transfer), std::move(table));
}

Import Transfers::begin(Import wanted, TableSpec spec, const Caller& caller) {
  std::unique_lock beginning(begin_mutex_);
  if (auto begun = begun_import(wanted.client_token, wanted.payload_hash)) return *std::move(begun);
  spec.is_filled_first = true;
  const auto table = engine_.catalog.create(spec, caller);
  wanted.started = engine_.clock.now();
  wanted.arn = table->arn + "/import/" + new_id();
  wanted.table_name = table->name;
  wanted.table_arn = table->arn;
  wanted.table_uuid = table->uuid;
  try {
    Documents(engine_.store).put(import_kind, dated_id_of(wanted.arn, import_kind), encode(wanted));
  } catch (...) {
    abandon(engine_.catalog, *table);
    throw;
  }
  beginning.unlock();
  engine_.work.begin(importing(wanted, table));
  return wanted;
}

Export Transfers::existing_export(std::string_view arn) const {
  return existing<Export>(engine_.store, export_kind, arn,
                          {"ExportNotFoundException", "Export not found: " + std::string(arn)});
}

Import Transfers::existing_import(std::string_view arn) const {
  return existing<Import>(engine_.store, import_kind, arn,
                          {"ImportNotFoundException", "Import not found: " + std::string(arn)});
}

std::vector<Export> Transfers::exports(std::string_view table_arn, std::string_view after) const {
  return listed<Export>(engine_.store, export_kind, table_arn, after, engine_.clock.now());
}

std::vector<Import> Transfers::imports(std::string_view table_arn, std::string_view after) const {
  return listed<Import>(engine_.store, import_kind, table_arn, after, engine_.clock.now());
}

void Transfers::resume_exports() {
  for (auto& transfer : all<Export>(engine_.store, export_kind)) {
    if (transfer.status != Transfer::Status::in_progress) continue;
    const auto table = engine_.catalog.find(transfer.table_name);
    const auto first = transfer.is_incremental ? transfer.from : transfer.moment;
    if (table && table->uuid == transfer.table_uuid && table->recovery &&
        first >= table->recovery->earliest(engine_.clock.now())) {
      engine_.work.add(std::make_unique<Exporting>(engine_.store, engine_.buckets, engine_.clock,
                                                   export_kind, transfer, table));
      continue;
    }
    transfer.status = Transfer::Status::failed;
    transfer.ended = engine_.clock.now();
    transfer.failure_code = "TableNotFound";
    transfer.failure_message = "The table, or what it was at that time, is gone";
    Documents(engine_.store)
        .put(export_kind, dated_id_of(transfer.arn, export_kind), encode(transfer));
  }
}

/// Tables that were being imported, but whose import was not written down, are removed.
void Transfers::resume_imports() {
  std::set<std::string> resumed;
  for (auto& transfer : all<Import>(engine_.store, import_kind)) {
    if (transfer.status != Transfer::Status::in_progress) continue;
    const auto table = engine_.catalog.find(transfer.table_name);
    const bool is_there = table && table->uuid == transfer.table_uuid;
    if (is_there && (transfer.is_filled || table->status == TableStatus::creating)) {
      resumed.insert(table->uuid);
      engine_.work.add(importing(transfer, table));
      continue;
    }
    transfer.status = Transfer::Status::failed;
    transfer.ended = engine_.clock.now();
    transfer.failure_code = "TableNotFound";
    transfer.failure_message = "The table is gone";
    Documents(engine_.store)
        .put(import_kind, dated_id_of(transfer.arn, import_kind), encode(transfer));
  }
  for (const auto& name : engine_.catalog.names("", std::numeric_limits<std::size_t>::max())) {
    const auto table = engine_.catalog.find(name);
    if (table->status == TableStatus::creating && !table->settles && !table->origin &&
        !resumed.contains(table->uuid)) {
      abandon(engine_.catalog, *table);
    }
  }
}

}  // namespace engine
