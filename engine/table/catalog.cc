#include "engine/table/catalog.h"

#include <algorithm>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/table/description.h"
#include "engine/table/item_key.h"
#include "engine/table/readiness.h"

namespace engine {

namespace {

constexpr std::string_view table_kind = "table";
constexpr std::string_view last_id_kind = "last-table-id";

void enable_stream(Table& table, const std::shared_ptr<Stream>& stream) {
  table.latest_stream_arn = stream->arn;
  table.latest_stream_label = stream->label;
  table.stream = stream;
}

/// Everything in the column of items that begins with the number.
void remove_entries(storage::Batch& batch, std::uint32_t id) {
  batch.remove_range(storage::Column::items, table_prefix(id), table_prefix(id + 1));
}

/// The prefixes of everything that is kept for a table.
std::set<std::uint32_t> prefixes_of(const Table& table) {
  std::set<std::uint32_t> ids = {table.id};
  for (const auto& index : table.indexes) ids.insert(index->id);
  for (const auto& index : table.vector_indexes) ids.insert(index->id);
  if (table.time_to_live) ids.insert(table.time_to_live->id);
  if (table.recovery) ids.insert(table.recovery->id);
  return ids;
}

/// The version and those that follow it, changed in the same way.
std::shared_ptr<Table> edited(const Table& table, const std::function<void(Table&)>& edit) {
  auto version = std::make_shared<Table>(table);
  edit(*version);
  if (version->next) version->next = edited(*version->next, edit);
  return version;
}

bool needs_filling(const Table& table) {
  const auto needs_it = [](const auto& index) {
    return index->is_backfilling && !index->is_allocating;
  };
  return std::ranges::any_of(table.indexes, needs_it) ||
         std::ranges::any_of(table.vector_indexes, needs_it);
}

bool is_unsettled(const Table& table) {
  const auto settles = [](const auto& index) { return index->settles.has_value(); };
  return table.settles || needs_filling(table) || std::ranges::any_of(table.indexes, settles) ||
         std::ranges::any_of(table.vector_indexes, settles);
}

/// The earliest moment at which something under way is done.
std::optional<TimePoint> due_of(const Table& table) {
  auto due = table.settles;
  const auto look_at = [&](const auto& indexes) {
    for (const auto& index : indexes) {
      if (!index->settles || index->is_backfilling) continue;
      due = due ? std::min(*due, *index->settles) : *index->settles;
    }
  };
  look_at(table.indexes);
  look_at(table.vector_indexes);
  return due;
}

}  // namespace

/// Numbers that are given out in one change, and kept with it.
class Catalog::Ids {
 public:
  explicit Ids(std::uint32_t& last) : last_(last), next_(last) {}
  std::uint32_t take(std::uint32_t count = 1) {
    const auto first = next_ + 1;
    next_ += count;
    return first;
  }
  void put(storage::Batch& batch) const {
    if (next_ == last_) return;
    std::string id;
    storage::append_u32(id, next_);
    Documents::put(batch, last_id_kind, "", id);
  }
  void on_committed() const { last_ = next_; }

 private:
  std::uint32_t& last_;
  std::uint32_t next_;
};

std::string_view table_name_of(std::string_view name_or_arn) {
  constexpr std::string_view resource = ":table/";
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const auto at = name_or_arn.find(resource);
  return at == std::string_view::npos ? name_or_arn : name_or_arn.substr(at + resource.size());
}

Catalog::Catalog(storage::Store& store, Streams& streams, const Clock& clock, Random& random,
                 Duration settle_time)
    : store_(store), streams_(streams), clock_(clock), random_(random), settle_time_(settle_time) {
  load();
}

void Catalog::load() {
  const Documents documents(store_);
  for (const auto& [name, description] : documents.list(table_kind)) {
    const auto table = table_of(description, streams_);
    table->life->current = table;
    put_in_force(table);
  }
  if (const auto last = documents.get(last_id_kind, "")) last_id_ = storage::read_u32(*last);
}

std::shared_ptr<const Table> Catalog::find(std::string_view name_or_arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(table_name_of(name_or_arn));
  return found == tables_.end() ? nullptr : found->second;
}

std::shared_ptr<const Table> Catalog::table(std::string_view name_or_arn) const {
  auto table = find(name_or_arn);
  if (!table || table->status == TableStatus::creating || table->status == TableStatus::deleting) {
    throw resource_not_found();
  }
  return table;
}

std::shared_ptr<const Table> Catalog::existing(std::string_view name) const {
  auto table = find(name);
  if (!table)
    throw resource_not_found(": Table: " + std::string(table_name_of(name)) + " not found");
  return table;
}

void Catalog::put_in_force(const std::shared_ptr<const Table>& table) {
  const std::unique_lock lock(mutex_);
  tables_[table->name] = table;
  if (is_unsettled(*table)) {
    unsettled_.insert(table->name);
  } else {
    unsettled_.erase(table->name);
  }
}

/// The gate of the table is held. The entries of what the new version no longer has are removed.
void Catalog::replace(const std::shared_ptr<const Table>& old_table,
                      const std::shared_ptr<const Table>& table, storage::Batch& batch,
                      const std::function<void()>& on_committed) {
  const auto kept = prefixes_of(*table);
  for (const auto id : prefixes_of(*old_table)) {
    if (!kept.contains(id)) remove_entries(batch, id);
  }
  Documents::put(batch, table_kind, table->name, describe(*table));
  store_.commit(batch);
  table->life->current = table;
  on_committed();
  put_in_force(table);
}

std::shared_ptr<Table> Catalog::new_table(const TableSpec& spec, const Caller& caller,
                                          Ids& ids) const {
  auto table = std::make_shared<Table>();
  table->tags = spec.tags;
  streams_.shard_count(*table);  // A tag that is wrong is so also without a stream.
  table->id = ids.take();
  table->name = spec.name;
  table->arn = Arn{.service = "dynamodb",
                   .region = caller.region,
                   .account = caller.account,
                   .resource = "table/" + spec.name}
                   .text();
  table->uuid = random_.uuid();
  table->key = spec.key;
  table->attribute_definitions = spec.attribute_definitions;
  table->billing_mode = spec.billing_mode;
  table->throughput = spec.throughput;
  table->on_demand_limits = spec.on_demand_limits;
  table->warm_throughput = spec.warm_throughput;
  table->encryption = spec.encryption;
  table->created = clock_.now();
  if (spec.billing_mode == BillingMode::pay_per_request) table->on_demand_since = table->created;
  table->deletion_protection = spec.deletion_protection;
  table->table_class = spec.table_class;
  table->origin = spec.origin;
  table->life = std::make_shared<TableLife>();
  table->life->size_is_known = true;
  for (auto index : spec.indexes) {
    index.id = ids.take();
    index.set_projected(table->key);
    add_index(*table, std::move(index));
  }
  for (auto index : spec.vector_indexes) {
    index.id = ids.take();
    index.set_projected(table->key);
    add_vector_index(*table, std::move(index));
  }
  return table;
}

std::shared_ptr<const Table> Catalog::create(const TableSpec& spec, const Caller& caller) {
  std::shared_ptr<Table> table;
  {
    const std::lock_guard change(change_mutex_);
    if (const auto other = find(spec.name)) refuse_second(*other);
    Ids ids(last_id_);
    table = new_table(spec, caller, ids);
    storage::Batch batch;
    if (spec.stream) enable_stream(*table, streams_.prepare(*table, *spec.stream, batch));
    set_made(*table, false);
    std::shared_ptr<const Table> in_force = table;
    if (!spec.is_filled_first && settles_at_once()) {
      auto made_table = std::make_shared<Table>(*table);
      set_made(*made_table, true);
      in_force = std::move(made_table);
    } else if (!spec.is_filled_first) {
      table->settles = table->created + settle_time_;
    }
    ids.put(batch);
    TableNotes::put(batch, *table, {spec.notes.begin(), spec.notes.end()});
    replace(table, in_force, batch, [&] {
      ids.on_committed();
      if (table->stream) streams_.opened(table->stream);
    });
  }
  tell_sooner();
  return table;
}

void Catalog::made(const Table& made_table) {
  {
    const std::lock_guard changing(change_mutex_);
    const auto now = clock_.now();
    const auto is_wanted = [](const Table& table) {
      return table.status == TableStatus::creating && !table.settles;
    };
    edit(made_table, is_wanted, [&](Table& table) {
      table.settles = std::max(now, table.created + settle_time_);
      if (settles_at_once()) set_made(table, true);
    });
  }
  tell_sooner();
}

namespace {

/// What of a change is there at once, for the version in force and what follows it.
void change_at_once(Table& table, const TableChange& change,
                    const std::optional<TimeToLive>& time_to_live,
                    const std::optional<Recovery>& recovery, TimePoint now, bool limits_toggling) {
  change.edit(table);
  if (change.enable_time_to_live || change.disable_time_to_live) table.time_to_live = time_to_live;
  if (change.enable_recovery || change.disable_recovery) table.recovery = recovery;
  if (change.deletion_protection && *change.deletion_protection != table.deletion_protection) {
    if (limits_toggling) table.protection_changed = now;
    table.deletion_protection = *change.deletion_protection;
  }
}

std::optional<Recovery> recovery_after(const Table& table, const TableChange& change,
                                       std::uint32_t free_id, TimePoint now) {
  if (!change.enable_recovery) return std::nullopt;
  auto recovery = table.recovery.value_or(Recovery{.id = free_id, .since = now});
  recovery.days = *change.enable_recovery;
  return recovery;
}

}  // namespace

std::shared_ptr<const Table> Catalog::update(std::string_view name, const TableChange& change) {
  std::shared_ptr<const Table> shown;
  {
    const std::lock_guard changing(change_mutex_);
    const auto old_table = existing(name);
    require_can_change(*old_table, change);
    change.require(*old_table);
    const auto life = old_table->life;
    const std::unique_lock gate(life->gate);
    const auto now = clock_.now();
    storage::Batch batch;
    Ids ids(last_id_);

    std::optional<TimeToLive> time_to_live;
    if (change.enable_time_to_live) {
      time_to_live = TimeToLive{
          .id = ids.take(), .attribute_name = *change.enable_time_to_live, .is_filling = true};
    }
    const bool needs_recovery_id = change.enable_recovery && !old_table->recovery;
    const auto recovery =
        recovery_after(*old_table, change, needs_recovery_id ? ids.take() : 0, now);
    auto table = edited(*old_table, [&](Table& version) {
      change_at_once(version, change, time_to_live, recovery, now, !settles_at_once());
    });
    const bool disables = change.disable_stream && table->stream;
    Streams::Hold hold;
    if (disables) {
      hold = streams_.prepare_close(*table->stream, now, batch);
      table->stream = nullptr;
    }
    if (change.enable_stream) {
      enable_stream(*table, streams_.prepare(*table, *change.enable_stream, batch));
    }
    std::shared_ptr<const Table> in_force = table;
    shown = table;
    if (takes_time(*old_table, change)) {
      auto numbered = change;
      if (numbered.create_index) {
        numbered.create_index->id = ids.take();
        numbered.create_index->set_projected(table->key);
      }
      if (numbered.create_vector_index) {
        numbered.create_vector_index->id = ids.take();
        numbered.create_vector_index->set_projected(table->key);
      }
      in_force = begin(*table, numbered, now, shown);
    }
    ids.put(batch);
    replace(old_table, in_force, batch, [&] {
      ids.on_committed();
      if (change.enable_time_to_live) life->list_begins = 0;
      if (disables) streams_.closed(*old_table->stream, now);
      if (change.enable_stream) streams_.opened(in_force->stream);
    });
  }
  tell_sooner();
  return shown;
}

/// The version to be in force; `shown` is what the call returns.
std::shared_ptr<const Table> Catalog::begin(const Table& table, const TableChange& change,
                                            TimePoint now,
                                            std::shared_ptr<const Table>& shown) const {
  auto course = course_of(table, change, now);
  auto after = std::make_shared<Table>(std::move(course.after));
  auto during = std::make_shared<Table>(std::move(course.during));
  shown = during;
  if (settles_at_once()) return after;
  if (change.create_index) {
    edit_index(*after, change.create_index->name,
               [&](Index& index) { index.settles = now + 2 * settle_time_; });
  }
  if (change.create_vector_index) {
    edit_vector_index(*after, change.create_vector_index->name,
                      [&](VectorIndex& index) { index.settles = now + 2 * settle_time_; });
  }
  during->settles = now + settle_time_;
  during->next = std::move(after);
  return during;
}

/// The gate of the table is held.
void Catalog::erase(const std::shared_ptr<const Table>& table, storage::Batch& batch) {
  for (const auto id : prefixes_of(*table)) remove_entries(batch, id);
  Documents::remove(batch, table_kind, table->name);
  TableNotes::remove_all(batch, *table);
  store_.commit(batch);
  table->life->current = nullptr;
  const std::unique_lock lock(mutex_);
  tables_.erase(table->name);
  unsettled_.erase(table->name);
}

std::shared_ptr<const Table> Catalog::remove(std::string_view name,
                                             const std::function<void(const Table&)>& require) {
  std::shared_ptr<Table> shown;
  {
    const std::lock_guard changing(change_mutex_);
    const auto old_table = existing(name);
    require_can_delete(*old_table);
    require(*old_table);
    const std::unique_lock gate(old_table->life->gate);
    const auto now = clock_.now();
    storage::Batch batch;
    Streams::Hold hold;
    if (old_table->stream) hold = streams_.prepare_close(*old_table->stream, now, batch);
    shown = std::make_shared<Table>(*old_table);
    shown->status = TableStatus::deleting;
    if (settles_at_once()) {
      erase(old_table, batch);
    } else {
      shown->settles = now + settle_time_;
      shown->stream = nullptr;
      replace(old_table, shown, batch);
    }
    if (old_table->stream) streams_.closed(*old_table->stream, now);
  }
  tell_sooner();
  return shown;
}

void Catalog::annotate(std::string_view name,
                       const std::function<TableNotes::Changes(const Table&)>& change) {
  const std::lock_guard changing(change_mutex_);
  const auto table = existing(name);
  require_can_change(*table, {});
  storage::Batch batch;
  TableNotes::put(batch, *table, change(*table));
  store_.commit(batch);
}

std::vector<std::shared_ptr<const Table>> Catalog::with_time_to_live() const {
  std::vector<std::shared_ptr<const Table>> found;
  const std::shared_lock lock(mutex_);
  for (const auto& [name, table] : tables_) {
    if (table->time_to_live && table->status != TableStatus::deleting) found.push_back(table);
  }
  return found;
}

void Catalog::edit(const Table& old, const std::function<bool(const Table& now)>& is_wanted,
                   const std::function<void(Table& table)>& change) {
  const auto old_table = find(old.name);
  if (!old_table || old_table->id != old.id || !is_wanted(*old_table)) return;
  const std::unique_lock gate(old_table->life->gate);
  storage::Batch batch;
  replace(old_table, edited(*old_table, change), batch);
}

void Catalog::time_to_live_is_filled(const Table& version) {
  const std::lock_guard changing(change_mutex_);
  const auto is_wanted = [&](const Table& table) {
    return table.time_to_live && table.time_to_live->id == version.time_to_live->id;
  };
  edit(version, is_wanted, [](Table& table) { table.time_to_live->is_filling = false; });
}

std::vector<std::shared_ptr<const Table>> Catalog::with_backfill() const {
  std::vector<std::shared_ptr<const Table>> found;
  const std::shared_lock lock(mutex_);
  for (const auto& name : unsettled_) {
    const auto& table = tables_.find(name)->second;
    if (needs_filling(*table)) found.push_back(table);
  }
  return found;
}

void Catalog::index_is_filled(const Table& version, std::uint32_t index_id) {
  {
    const std::lock_guard changing(change_mutex_);
    const auto is_it = [&](const auto& index) { return index->id == index_id; };
    const auto is_wanted = [&](const Table& table) {
      return std::ranges::any_of(table.indexes, is_it) ||
             std::ranges::any_of(table.vector_indexes, is_it);
    };
    const auto fill = [](auto& index) {
      index.is_backfilling = false;
      if (!index.settles && index.status == TableStatus::creating) {
        index.status = TableStatus::active;
      }
    };
    edit(version, is_wanted, [&](Table& table) {
      for (const auto& index : Indexes(table.indexes)) {
        if (is_it(index)) edit_index(table, index->name, fill);
      }
      for (const auto& index : VectorIndexes(table.vector_indexes)) {
        if (is_it(index)) edit_vector_index(table, index->name, fill);
      }
    });
  }
  tell_sooner();
}

std::uint32_t Catalog::take_ids(std::uint32_t count) {
  const std::lock_guard changing(change_mutex_);
  Ids ids(last_id_);
  const auto first = ids.take(count);
  storage::Batch batch;
  ids.put(batch);
  store_.commit(batch);
  ids.on_committed();
  return first;
}

std::vector<std::string> Catalog::names(std::string_view after, std::size_t limit) const {
  std::vector<std::string> found;
  const std::shared_lock lock(mutex_);
  for (auto it = tables_.upper_bound(after); it != tables_.end() && found.size() < limit; ++it) {
    found.push_back(it->first);
  }
  return found;
}

std::optional<TimePoint> Catalog::next_due() const {
  std::optional<TimePoint> earliest;
  const std::shared_lock lock(mutex_);
  for (const auto& name : unsettled_) {
    const auto due = due_of(*tables_.find(name)->second);
    if (due) earliest = earliest ? std::min(*earliest, *due) : *due;
  }
  return earliest;
}

void Catalog::perform(TimePoint now) {
  const std::lock_guard changing(change_mutex_);
  std::vector<std::shared_ptr<const Table>> due;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& name : unsettled_) {
      const auto& table = tables_.find(name)->second;
      const auto when = due_of(*table);
      if (when && *when <= now) due.push_back(table);
    }
  }
  for (const auto& table : due) settle(table, now);
}

void Catalog::settle(const std::shared_ptr<const Table>& old_table, TimePoint now) {
  const std::unique_lock gate(old_table->life->gate);
  storage::Batch batch;
  const bool is_over = old_table->settles && *old_table->settles <= now;
  if (is_over && old_table->status == TableStatus::deleting) return erase(old_table, batch);
  auto table = std::make_shared<Table>(*old_table);
  if (is_over && old_table->status == TableStatus::creating) set_made(*table, true);
  if (is_over && old_table->status == TableStatus::updating) {
    *table = *old_table->next;
  }
  table = edited(*table, [&](Table& version) {
    const auto is_due = [&](const auto& index) {
      return index->settles && !index->is_backfilling && *index->settles <= now;
    };
    const auto end = [](auto& index) {
      index.settles.reset();
      if (index.status == TableStatus::creating) index.status = TableStatus::active;
    };
    for (const auto& index : Indexes(version.indexes)) {
      if (is_due(index)) edit_index(version, index->name, end);
    }
    for (const auto& index : VectorIndexes(version.vector_indexes)) {
      if (is_due(index)) edit_vector_index(version, index->name, end);
    }
  });
  replace(old_table, table, batch);
}

}  // namespace engine
