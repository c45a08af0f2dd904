#include "api/dynamodb/item_writes.h"

#include <utility>

#include "engine/table/index_keys.h"
#include "engine/write/item_update.h"
#include "engine/write/transaction.h"

namespace api {

namespace {

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
  return engine::updated_item(*expressions.update, table, old_item, key);
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
  if (expressions.update) engine::require_targets(*expressions.update, *table);
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
