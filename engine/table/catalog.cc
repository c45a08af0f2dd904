#include "engine/table/catalog.h"

#include <algorithm>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/table/description.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

constexpr std::string_view table_kind = "table";
constexpr std::string_view last_id_kind = "last-table-id";

void enable_stream(Table& table, std::shared_ptr<Stream> stream) {
  table.latest_stream_arn = stream->arn;
  table.latest_stream_label = stream->label;
  table.stream = std::move(stream);
}

void apply_settings(Table& table, const TableChange& change, TimePoint now) {
  const bool was_provisioned = table.billing_mode == BillingMode::provisioned;
  if (change.throughput && was_provisioned) {
    table.throughput_changes.note(table.throughput, *change.throughput, now);
  }
  if (change.billing_mode && *change.billing_mode != table.billing_mode) {
    table.billing_mode = *change.billing_mode;
    if (table.billing_mode == BillingMode::pay_per_request) {
      table.on_demand_since = now;
      table.throughput = {};
      for (auto& index : table.indexes) {
        auto without_throughput = std::make_shared<Index>(*index);
        without_throughput->throughput = {};
        index = std::move(without_throughput);
      }
    }
  }
  if (change.throughput) table.throughput = *change.throughput;
  if (change.deletion_protection) table.deletion_protection = *change.deletion_protection;
  if (change.table_class) table.table_class = *change.table_class;
}

void put_last_id(storage::Batch& batch, std::uint32_t last_id) {
  std::string id;
  storage::append_u32(id, last_id);
  Documents::put(batch, last_id_kind, "", id);
}

/// Everything in the column of items that begins with the number.
void remove_entries(storage::Batch& batch, std::uint32_t id) {
  batch.remove_range(storage::Column::items, table_prefix(id), table_prefix(id + 1));
}

}  // namespace

std::string_view table_name_of(std::string_view name_or_arn) {
  constexpr std::string_view resource = ":table/";
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  const auto at = name_or_arn.find(resource);
  return at == std::string_view::npos ? name_or_arn : name_or_arn.substr(at + resource.size());
}

Catalog::Catalog(storage::Store& store, Streams& streams, const Clock& clock, Random& random)
    : store_(store), streams_(streams), clock_(clock), random_(random) {
  load();
}

void Catalog::load() {
  const Documents documents(store_);
  for (const auto& [name, description] : documents.list(table_kind)) {
    auto table = table_of(description, streams_);
    table->life = std::make_shared<TableLife>();
    table->life->current = table;
    tables_.emplace(name, std::move(table));
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
  if (!table) throw resource_not_found();
  return table;
}

std::shared_ptr<const Table> Catalog::existing(std::string_view name) const {
  auto table = find(name);
  if (!table)
    throw resource_not_found(": Table: " + std::string(table_name_of(name)) + " not found");
  return table;
}

void Catalog::add_indexes(Table& table, const TableSpec& spec) {
  auto id = table.id;
  for (auto index : spec.indexes) {
    index.id = ++id;
    index.set_projected(table.key);
    table.indexes.push_back(std::make_shared<const Index>(std::move(index)));
  }
  std::sort(table.indexes.begin(), table.indexes.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
}

std::shared_ptr<const Table> Catalog::create(const TableSpec& spec, const Caller& caller) {
  const std::lock_guard change(change_mutex_);
  if (find(spec.name)) throw resource_in_use("Table already exists: " + spec.name);

  auto table = std::make_shared<Table>();
  table->tags = spec.tags;
  streams_.shard_count(*table);  // A tag that is wrong is so also without a stream.
  table->id = last_id_ + 1;
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
  table->created = clock_.now();
  if (spec.billing_mode == BillingMode::pay_per_request) table->on_demand_since = table->created;
  table->deletion_protection = spec.deletion_protection;
  table->table_class = spec.table_class;
  table->life = std::make_shared<TableLife>();
  table->life->size_is_known = true;
  add_indexes(*table, spec);
  const auto last_id = table->id + static_cast<std::uint32_t>(table->indexes.size());

  storage::Batch batch;
  if (spec.stream) enable_stream(*table, streams_.prepare(*table, *spec.stream, batch));
  Documents::put(batch, table_kind, table->name, describe(*table));
  put_last_id(batch, last_id);
  store_.commit(batch);

  last_id_ = last_id;
  table->life->current = table;
  if (table->stream) streams_.opened(table->stream);
  const std::unique_lock lock(mutex_);
  tables_[table->name] = table;
  return table;
}

void Catalog::apply_time_to_live(Table& table, const TableChange& change,
                                 storage::Batch& batch) const {
  if (!change.enable_time_to_live && !change.disable_time_to_live) return;
  if (table.time_to_live) remove_entries(batch, table.time_to_live->id);
  table.time_to_live.reset();
  if (!change.enable_time_to_live) return;
  table.time_to_live = TimeToLive{
      .id = last_id_ + 1, .attribute_name = *change.enable_time_to_live, .is_filling = true};
  put_last_id(batch, table.time_to_live->id);
}

std::shared_ptr<const Table> Catalog::update(std::string_view name, const TableChange& change) {
  const std::lock_guard changing(change_mutex_);
  const auto old_table = existing(name);
  change.require(*old_table);
  const auto life = old_table->life;
  const std::unique_lock gate(life->gate);

  auto table = std::make_shared<Table>(*old_table);
  const auto now = clock_.now();
  apply_settings(*table, change, now);
  storage::Batch batch;
  const bool disables = change.disable_stream && table->stream;
  Streams::Hold hold;
  if (disables) {
    hold = streams_.prepare_close(*table->stream, now, batch);
    table->stream = nullptr;
  }
  if (change.enable_stream) {
    enable_stream(*table, streams_.prepare(*table, *change.enable_stream, batch));
  }
  apply_time_to_live(*table, change, batch);
  Documents::put(batch, table_kind, table->name, describe(*table));
  store_.commit(batch);

  if (change.enable_time_to_live) {
    last_id_ = table->time_to_live->id;
    life->list_begins = 0;
  }
  life->current = table;
  if (disables) streams_.closed(*old_table->stream, now);
  if (change.enable_stream) streams_.opened(table->stream);
  const std::unique_lock lock(mutex_);
  tables_[table->name] = table;
  return table;
}

std::shared_ptr<const Table> Catalog::remove(std::string_view name,
                                             const std::function<void(const Table&)>& require) {
  const std::lock_guard changing(change_mutex_);
  auto table = existing(name);
  require(*table);
  const std::unique_lock gate(table->life->gate);

  storage::Batch batch;
  const auto now = clock_.now();
  Streams::Hold hold;
  if (table->stream) hold = streams_.prepare_close(*table->stream, now, batch);
  remove_entries(batch, table->id);
  for (const auto& index : table->indexes) remove_entries(batch, index->id);
  if (table->time_to_live) remove_entries(batch, table->time_to_live->id);
  Documents::remove(batch, table_kind, table->name);
  store_.commit(batch);

  table->life->current = nullptr;
  if (table->stream) streams_.closed(*table->stream, now);
  const std::unique_lock lock(mutex_);
  tables_.erase(tables_.find(table->name));
  return table;
}

std::vector<std::shared_ptr<const Table>> Catalog::with_time_to_live() const {
  std::vector<std::shared_ptr<const Table>> found;
  const std::shared_lock lock(mutex_);
  for (const auto& [name, table] : tables_) {
    if (table->time_to_live) found.push_back(table);
  }
  return found;
}

void Catalog::time_to_live_is_filled(const Table& version) {
  const std::lock_guard changing(change_mutex_);
  const auto old_table = find(version.name);
  if (!old_table || !old_table->time_to_live ||
      old_table->time_to_live->id != version.time_to_live->id) {
    return;
  }
  const std::unique_lock gate(old_table->life->gate);
  auto table = std::make_shared<Table>(*old_table);
  table->time_to_live->is_filling = false;
  storage::Batch batch;
  Documents::put(batch, table_kind, table->name, describe(*table));
  store_.commit(batch);

  table->life->current = table;
  const std::unique_lock lock(mutex_);
  tables_[table->name] = table;
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
