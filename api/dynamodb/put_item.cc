// PutItem: create an item, or replace the one that has its key.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/item_writes.h"
#include "api/dynamodb/operations.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "PutItem");
const Layer layer = layer_of("PutItem");

}  // namespace

void put_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const ItemRequest request = read_item_request(input, call.body);
  request.expressions.require_sense(layer);
  engine::Item item = checked(layer, [&] {
    engine::Item given = engine::item_from_json(request.item);
    require_returns_nothing_or_old(request);
    return given;
  });
  if (item.size_bytes() > engine::limits::item_bytes_max) {
    throw engine::validation_error("Item size has exceeded the maximum allowed size");
  }
  const Expressions expressions = checked(layer, [&] { return request.expressions.parse(); });

  const engine::Write write =
      put_write(services.catalog.table(request.table_name), item, expressions);
  const auto outcome = services.writer.apply(write);
  if (!outcome.condition_held) throw failed_condition(request, outcome);
  const WriteAnswer answer{services, request, write, outcome, *outcome.new_item};
  answer.append_to(out, old_item_if_wanted(request, outcome));
}

}  // namespace api
