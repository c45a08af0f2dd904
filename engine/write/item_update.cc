#include "engine/write/item_update.h"

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/table/index_keys.h"

namespace engine {

void require_targets(const Update& update, const Table& table) {
  update.require_not_target(table.key.partition.name);
  if (table.key.sort) update.require_not_target(table.key.sort->name);
  if (table.indexes.empty()) return;
  // What is computed is looked at when it is there.
  for (const auto& attribute : table.attribute_definitions) {
    const auto literal = update.literal_of(attribute.name);
    if (literal) require_index_key_value(table, attribute.name, *literal);
  }
}

std::optional<Item> updated_item(const Update& update, const Table& table, const Item* old_item,
                                 MapView key) {
  std::optional<MapView> old_view;
  if (old_item != nullptr) old_view = old_item->view();
  auto item = update.apply(old_view ? &*old_view : nullptr, key);
  if (!item) return item;
  if (item->size_bytes() > limits::item_bytes_max) {
    throw validation_error("Item size to update has exceeded the maximum allowed size");
  }
  require_changed_index_keys(table, old_view, *item);
  return item;
}

}  // namespace engine
