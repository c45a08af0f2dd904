#include "engine/backup/filling.h"

#include "engine/api_error.h"
#include "engine/table/item_key.h"

namespace engine {

namespace {

constexpr std::size_t items_in_one_step_max = 500;
constexpr std::size_t bytes_in_one_step_max = 1 << 20;

}  // namespace

ItemSource items_under(const storage::Store& store, std::uint32_t id) {
  const auto cursor = std::make_shared<storage::Cursor>(
      store.scan(storage::Column::items, table_prefix(id), table_prefix(id + 1)));
  return [cursor]() -> std::optional<storage::Entry> {
    if (!cursor->valid()) return std::nullopt;
    storage::Entry entry{std::string(cursor->key()), std::string(cursor->value())};
    cursor->next();
    return entry;
  };
}

ItemSource items_at(const storage::Store& store, const Table& table, TimePoint moment) {
  const auto history = std::make_shared<History>(store, table, moment, moment);
  return [history]() -> std::optional<storage::Entry> {
    auto past = history->next();
    if (!past) return std::nullopt;
    return storage::Entry{std::move(past->key), *std::move(past->after)};
  };
}

void abandon(Catalog& catalog, const Table& table) {
  catalog.made(table);
  try {
    catalog.remove(table.name, [&](const Table& now) {
      if (now.uuid != table.uuid) throw resource_not_found();
    });
  } catch (const ApiError&) {
    // It is gone already, or takes its time.
  }
}

Filling::Filling(Catalog& catalog, Writer& writer, std::shared_ptr<const Table> table,
                 ItemSource source, std::function<void()> on_end)
    : catalog_(catalog),
      writer_(writer),
      table_(std::move(table)),
      source_(std::move(source)),
      on_end_(std::move(on_end)) {}

/// Returns whether there was anything left to do.
bool Filling::fill() {
  std::size_t bytes = 0;
  while (pending_.size() < items_in_one_step_max && bytes < bytes_in_one_step_max) {
    auto entry = source_();
    if (!entry) break;
    bytes += entry->value.size();
    Write write;
    write.table = table_;
    write.is_free = true;
    write.key = table_prefix(table_->id).append(entry->key, sizeof(std::uint32_t));
    write.change = [item = Item(std::move(entry->value))](const Item*) { return item; };
    pending_.push_back(std::move(write));
  }
  if (pending_.empty()) return false;
  writer_.apply_all(pending_);
  pending_.clear();
  return true;
}

bool Filling::step() {
  try {
    if (fill()) return true;
    catalog_.made(*table_);
  } catch (const ApiError&) {
    // The table has been deleted meanwhile.
  }
  on_end_();
  return false;
}

}  // namespace engine
