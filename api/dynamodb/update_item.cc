// UpdateItem: change some attributes of an item, or create it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/operations.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"
#include "engine/table/index_keys.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateItem");
const Layer layer = layer_of("UpdateItem");

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

/// What ReturnValues asks for (dynamodb.md 7.3); nothing if there is nothing to show.
std::optional<engine::Item> attributes_of(const ItemRequest& request,
                                          const Expressions& expressions,
                                          const engine::WriteOutcome& outcome) {
  const auto targeted = [&](const std::optional<engine::Item>& item) {
    std::optional<engine::Item> parts;
    if (item && expressions.update) parts = expressions.update->targeted(*item);
    if (parts && parts->view().empty()) parts.reset();
    return parts;
  };
  switch (request.return_values) {
    case ReturnValues::all_old:
      return outcome.old_item;
    case ReturnValues::all_new:
      return outcome.new_item;
    case ReturnValues::updated_old:
      return targeted(outcome.old_item);
    case ReturnValues::updated_new:
      return targeted(outcome.new_item);
    case ReturnValues::none:
      break;
  }
  return std::nullopt;
}

}  // namespace

void update_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const ItemRequest request = read_item_request(input, call.body);
  request.expressions.require_sense(layer);
  engine::Item key;
  const Expressions expressions = checked(layer, [&] {
    key = engine::item_from_json(request.item);
    return request.expressions.parse();
  });

  engine::Write write;
  write.table = services.catalog.table(request.table_name);
  write.key = write.table->key_of_key(key);
  require_key_is_no_target(expressions, *write.table);
  require_index_key_literals(expressions, *write.table);
  expressions.require_scalar_keys(*write.table);
  set_condition(write, expressions);
  write.change = [&](const engine::Item* old_item) {
    return updated(expressions, *write.table, old_item, key);
  };

  const auto outcome = services.writer.apply(write);
  if (!outcome.condition_held) throw failed_condition(request, outcome);
  const auto attributes = attributes_of(request, expressions, outcome);
  const WriteAnswer answer{services, request, write, outcome, key};
  answer.append_to(out, attributes ? &*attributes : nullptr);
}

}  // namespace api
