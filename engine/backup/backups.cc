#include "engine/backup/backups.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/api_error.h"
#include "engine/backup/filling.h"
#include "engine/documents.h"
#include "engine/read/reader.h"
#include "engine/table/description.h"
#include "engine/table/item_key.h"
#include "storage/error.h"

namespace engine {

namespace {

using nlohmann::json;
using storage::Column;

constexpr std::string_view backup_kind = "backup";
/// Of a table that is being made, by its `TableId`: where its items come from.
constexpr std::string_view restore_kind = "restore";

constexpr std::size_t copied_in_one_step_max = 1000;
constexpr std::size_t bytes_in_one_step_max = 1 << 20;

std::string encode(const Backup& backup) {
  json out = {{"arn", backup.arn},
              {"name", backup.name},
              {"isAvailable", backup.status == BackupStatus::available},
              {"created", epoch_milliseconds(backup.created)},
              {"items", backup.items},
              {"bytes", backup.bytes},
              {"itemsId", backup.items_id},
              {"table", describe(*backup.table)}};
  if (backup.stream) out["stream"] = view_type_name(*backup.stream);
  return out.dump();
}

std::string id_of(const Backup& backup) { return std::string(dated_id_of(backup.arn, "backup")); }

ApiError backup_not_found(std::string_view arn) {
  return {"BackupNotFoundException", "Backup not found: " + std::string(arn)};
}

ApiError backup_in_use(const std::string& why, const Backup& backup) {
  return {"BackupInUseException", why + ": " + backup.arn};
}

void remove_items(storage::Store& store, const Backup& backup, storage::Batch& batch) {
  batch.remove_range(Column::items, table_prefix(backup.items_id),
                     table_prefix(backup.items_id + 1));
  Documents::remove(batch, backup_kind, id_of(backup));
  store.commit(batch);
  store.reclaim(Column::items, table_prefix(backup.items_id), table_prefix(backup.items_id + 1));
}

}  // namespace

/// Copies the items that a table had when it was made.
class Backups::Copying final : public Work {
 public:
  Copying(storage::Store& store, Backup backup)
      : store_(store),
        backup_(std::move(backup)),
        items_(store.scan(Column::items, table_prefix(backup_.table->id),
                          table_prefix(backup_.table->id + 1))) {}

  bool step() override {
    // What could not be committed is tried again as it is.
    if (batch_.empty()) copy();
    store_.commit(batch_);
    batch_.clear();
    return backup_.status == BackupStatus::creating;
  }

 private:
  void copy() {
    std::size_t bytes = 0;
    std::string key;
    for (std::size_t count = 0; items_.valid(); ++count) {
      if (count == copied_in_one_step_max || bytes > bytes_in_one_step_max) return;
      key = table_prefix(backup_.items_id);
      key.append(items_.key().substr(key.size()));
      batch_.put(Column::items, key, items_.value());
      bytes += items_.value().size();
      ++backup_.items;
      backup_.bytes += static_cast<long long>(MapView(items_.value()).size_bytes());
      items_.next();
    }
    backup_.status = BackupStatus::available;
    Documents::put(batch_, backup_kind, id_of(backup_), encode(backup_));
  }

  storage::Store& store_;
  Backup backup_;
  storage::Cursor items_;
  storage::Batch batch_;
};

Backups::Backups(const Engine& engine) : engine_(engine) {
  for (const auto& [id, bytes] : Documents(engine_.store).list(backup_kind)) {
    const auto backup = decode(id, bytes);
    if (backup.status == BackupStatus::available) continue;
    // The moment it was begun at is gone.
    storage::Batch batch;
    remove_items(engine_.store, backup, batch);
  }
  resume();
}

Backup Backups::decode(std::string_view id, std::string_view bytes) const {
  const auto in = json::parse(bytes, nullptr, false);
  if (!in.is_object()) {
    throw storage::StorageError("the backup " + std::string(id) + " in the store is damaged");
  }
  Backup backup;
  backup.arn = in.at("arn");
  backup.name = in.at("name");
  backup.status = in.at("isAvailable") ? BackupStatus::available : BackupStatus::creating;
  backup.created = from_epoch_milliseconds(in.at("created"));
  backup.items = in.at("items");
  backup.bytes = in.at("bytes");
  backup.items_id = in.at("itemsId");
  backup.table = table_of(in.at("table").get<std::string>(), engine_.streams);
  if (in.contains("stream")) backup.stream = view_type_of(in.at("stream").get<std::string>());
  return backup;
}

Backup Backups::create(const std::shared_ptr<const Table>& table, std::string_view name) {
  Backup backup;
  backup.created = engine_.clock.now();
  {
    const std::lock_guard lock(mutex_);
    last_id_ = std::max(backup.created, last_id_ + Duration(1));
    backup.arn = table->arn + "/backup/" + dated_id(last_id_, engine_.random.hex(8));
  }
  backup.name = name;
  backup.items_id = engine_.catalog.take_ids(1);
  auto source = std::make_shared<Table>(*table);
  source->stream = nullptr;
  source->next = nullptr;
  source->settles.reset();
  source->status = TableStatus::active;
  backup.table = std::move(source);
  if (table->stream) backup.stream = table->stream->view_type;
  Documents(engine_.store).put(backup_kind, id_of(backup), encode(backup));
  auto copying = std::make_unique<Copying>(engine_.store, backup);
  engine_.work.begin(std::move(copying));
  const auto& size = Reader(engine_.store).size_of(*table);
  backup.items = size.items;
  backup.bytes = size.bytes;
  return backup;
}

Backup Backups::existing(std::string_view arn) const {
  const auto id = dated_id_of(arn, "backup");
  if (id.empty()) throw validation_error("Invalid Backup ARN");
  const auto bytes = Documents(engine_.store).get(backup_kind, id);
  if (!bytes) throw backup_not_found(arn);
  auto backup = decode(id, *bytes);
  if (backup.arn != arn) throw backup_not_found(arn);
  return backup;
}

bool Backups::is_being_restored(const Backup& backup) const {
  for (const auto& [uuid, bytes] : Documents(engine_.store).list(restore_kind)) {
    if (json::parse(bytes).value("backup", "") == backup.arn) return true;
  }
  return false;
}

Backup Backups::remove(std::string_view arn) {
  const std::lock_guard lock(mutex_);
  auto backup = existing(arn);
  if (backup.status == BackupStatus::creating) {
    throw backup_in_use("Backup is being created", backup);
  }
  if (is_being_restored(backup)) throw backup_in_use("Backup is being restored", backup);
  storage::Batch batch;
  remove_items(engine_.store, backup, batch);
  backup.status = BackupStatus::deleted;
  return backup;
}

std::vector<Backup> Backups::list(std::string_view table_name, std::string_view after) const {
  std::vector<Backup> backups;
  const auto after_id = dated_id_of(after, "backup");
  for (const auto& [id, bytes] : Documents(engine_.store).list(backup_kind, after_id)) {
    auto backup = decode(id, bytes);
    if (table_name.empty() || backup.table->name == table_name) {
      backups.push_back(std::move(backup));
    }
  }
  return backups;
}

/// The new table, CREATING, and empty.
std::shared_ptr<const Table> Backups::make(TableSpec spec, const Caller& caller) {
  spec.is_filled_first = true;
  if (engine_.catalog.find(spec.name)) {
    throw ApiError("TableAlreadyExistsException", "Table already exists: " + spec.name);
  }
  return engine_.catalog.create(spec, caller);
}

/// Writes down where the items of a new table come from. If that fails, there is no table.
void Backups::note(const Table& table, const std::string& restore) {
  try {
    Documents(engine_.store).put(restore_kind, table.uuid, restore);
  } catch (...) {
    abandon(engine_.catalog, table);
    throw;
  }
}

std::unique_ptr<Work> Backups::filling(const std::shared_ptr<const Table>& table,
                                       ItemSource source) {
  auto& store = engine_.store;
  return std::make_unique<Filling>(
      engine_.catalog, engine_.writer, table, std::move(source),
      [&store, uuid = table->uuid] { Documents(store).remove(restore_kind, uuid); });
}

std::shared_ptr<const Table> Backups::restore(const Backup& backup, TableSpec spec,
                                              const Caller& caller) {
  if (backup.status == BackupStatus::creating) {
    throw backup_in_use("Backup is being created", backup);
  }
  spec.origin = Origin{backup.arn, backup.table->arn, engine_.clock.now()};
  std::unique_lock lock(mutex_);
  existing(backup.arn);  // It may have been deleted meanwhile.
  const auto table = make(std::move(spec), caller);
  note(*table, json{{"backup", backup.arn}}.dump());
  auto source = items_under(engine_.store, backup.items_id);
  lock.unlock();
  engine_.work.begin(filling(table, std::move(source)));
  return table;
}

std::shared_ptr<const Table> Backups::restore(const Table& source, TimePoint moment, TableSpec spec,
                                              const Caller& caller) {
  auto items = items_at(engine_.store, source, moment);
  spec.origin = Origin{"", source.arn, moment};
  const auto table = make(std::move(spec), caller);
  const json from = {
      {"table", source.name}, {"uuid", source.uuid}, {"moment", epoch_milliseconds(moment)}};
  note(*table, from.dump());
  engine_.work.begin(filling(table, std::move(items)));
  return table;
}

/// Goes on with the tables that were being made when the program ended, from the beginning: what is
/// there already does not change. Those that cannot be made any more are removed.
void Backups::resume() {
  Documents documents(engine_.store);
  std::set<std::string> resumed;
  for (const auto& name : engine_.catalog.names("", std::numeric_limits<std::size_t>::max())) {
    const auto table = engine_.catalog.find(name);
    if (table->status != TableStatus::creating || table->settles || !table->origin) continue;
    const auto restore = documents.get(restore_kind, table->uuid);
    if (restore && resume(table, *restore)) {
      resumed.insert(table->uuid);
    } else {
      abandon(engine_.catalog, *table);
    }
  }
  for (const auto& [uuid, restore] : documents.list(restore_kind)) {
    if (!resumed.contains(uuid)) documents.remove(restore_kind, uuid);
  }
}

bool Backups::resume(const std::shared_ptr<const Table>& table, std::string_view restore) {
  const auto in = json::parse(restore);
  if (in.contains("backup")) {
    const auto arn = in.at("backup").get<std::string>();
    const auto bytes = Documents(engine_.store).get(backup_kind, dated_id_of(arn, "backup"));
    if (!bytes) return false;
    const auto backup = decode(arn, *bytes);
    engine_.work.add(filling(table, items_under(engine_.store, backup.items_id)));
    return true;
  }
  const auto source = engine_.catalog.find(in.at("table").get<std::string>());
  const TimePoint moment = from_epoch_milliseconds(in.at("moment"));
  if (!source || source->uuid != in.at("uuid") || !source->recovery ||
      moment < source->recovery->earliest(engine_.clock.now())) {
    return false;
  }
  engine_.work.add(filling(table, items_at(engine_.store, *source, moment)));
  return true;
}

}  // namespace engine
