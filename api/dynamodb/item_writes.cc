#include "api/dynamodb/item_writes.h"

#include <utility>

#include "engine/limits.h"
#include "engine/table/index_keys.h"
#include "engine/write/transaction.h"

namespace api {

namespace {

void require_key_is_no_target(const Expressions& expressions, const engine::Table& table) {
  if (!expressions.update) return;
  expressions.update->require_not_target(table.key.partition.name);
  if (table.key.sort) expressions.update->require_not_target(table.key.sort->name);
}

/// Literals that index keys are set to; what is computed is looked at when it is there.
void require_index_key_literals(const Expressions& expressions, const engine::Table& table) {
  if (!expressions.update || table.indexes.empty()) return;
  for (const auto& attribute : table.attribute_definitions) {
    const auto literal = expressions.update->literal_of(attribute.name);
    if (literal) engine::require_index_key_value(table, attribute.name, *literal);
  }
}

void set_condition(engine::Write& write, const Expressions& expressions) {
  if (!expressions.condition) return;
  write.condition = [&condition = *expressions.condition](const engine::Item* old_item) {
    return condition.holds(old_item != nullptr ? old_item->view() : engine::MapView());
  };
}

/// The item as it will be. An update of nothing lets an item come to be, or stay.
std::optional<engine::Item> updated(const Expressions& expressions, const engine::Table& table,
                                    const engine::Item* old_item, const engine::Item& key) {
  if (!expressions.update) return old_item != nullptr ? *old_item : key;
  std::optional<engine::MapView> old_view;
  if (old_item != nullptr) old_view = old_item->view();
  auto item = expressions.update->apply(old_view ? &*old_view : nullptr, key);
  if (item && item->size_bytes() > engine::limits::item_bytes_max) {
    throw engine::validation_error("Item size to update has exceeded the maximum allowed size");
  }
  if (item) engine::require_changed_index_keys(table, old_view, *item);
  return item;
}

}  // namespace

engine::Write put_write(std::shared_ptr<const engine::Table> table, engine::Item& item,
                        const Expressions& expressions) {
  engine::Write write;
  write.key = table->key_of(item);
  engine::require_index_keys(*table, item);
  expressions.require_scalar_keys(*table);
  set_condition(write, expressions);
  write.change = [&item](const engine::Item*) { return std::optional(std::move(item)); };
  write.table = std::move(table);
  return write;
}

engine::Write update_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                           const Expressions& expressions) {
  engine::Write write;
  write.key = table->key_of_key(key);
  require_key_is_no_target(expressions, *table);
  require_index_key_literals(expressions, *table);
  expressions.require_scalar_keys(*table);
  set_condition(write, expressions);
  write.change = [&expressions, &key, &table = *table](const engine::Item* old_item) {
    return updated(expressions, table, old_item, key);
  };
  write.table = std::move(table);
  return write;
}

engine::Write delete_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                           const Expressions& expressions) {
  engine::Write write = check_write(std::move(table), key, expressions);
  write.change = [](const engine::Item*) { return std::nullopt; };
  return write;
}

engine::Write check_write(std::shared_ptr<const engine::Table> table, const engine::Item& key,
                          const Expressions& expressions) {
  engine::Write write;
  write.key = table->key_of_key(key);
  expressions.require_scalar_keys(*table);
  set_condition(write, expressions);
  write.change = engine::leave_as_it_is;
  write.table = std::move(table);
  return write;
}

}  // namespace api
