#include "engine/table/catalog.h"

#include <algorithm>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/table/catalog_parts.h"
#include "engine/table/description.h"
#include "engine/table/item_key.h"
#include "engine/table/readiness.h"

namespace engine {

namespace {

constexpr std::string_view table_kind = "table";

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

}  // namespace

std::string_view table_name_of(std::string_view name_or_arn) {
  constexpr std::string_view resource = "table/";
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const auto arn = Arn::parse(name_or_arn);
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with(resource) ||
      arn->resource.find('/', resource.size()) != std::string::npos) {
    throw validation_error("Invalid TableArn");
  }
  return name_or_arn.substr(name_or_arn.size() - (arn->resource.size() - resource.size()));
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
  if (const auto last = documents.get(Ids::kind, "")) last_id_ = storage::read_u32(*last);
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

std::vector<std::shared_ptr<const Table>> Catalog::with_backfill() const {
  std::vector<std::shared_ptr<const Table>> found;
  const std::shared_lock lock(mutex_);
  for (const auto& name : unsettled_) {
    const auto& table = tables_.find(name)->second;
    if (needs_filling(*table)) found.push_back(table);
  }
  return found;
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

}  // namespace engine
