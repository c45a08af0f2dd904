// UpdateItem: change some attributes of an item, or create it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/item_writes.h"
#include "api/dynamodb/operations.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateItem");
const Layer layer = layer_of("UpdateItem");

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

  const engine::Write write =
      update_write(services.catalog.table(request.table_name), key, expressions);
  const auto outcome = services.writer.apply(write);
  if (!outcome.condition_held) throw failed_condition(request, outcome);
  const auto attributes = attributes_of(request, expressions, outcome);
  const WriteAnswer answer{services, request, write, outcome, key};
  answer.append_to(out, attributes ? &*attributes : nullptr);
}

}  // namespace api
