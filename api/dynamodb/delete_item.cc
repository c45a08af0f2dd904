// DeleteItem: delete the item that has a key, if there is one.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/item_writes.h"
#include "api/dynamodb/operations.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DeleteItem");
const Layer layer = layer_of("DeleteItem");

}  // namespace

void delete_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const ItemRequest request = read_item_request(input, call.body);
  request.expressions.require_sense(layer);
  engine::Item key;
  const Expressions expressions = checked(layer, [&] {
    key = engine::item_from_json(request.item);
    require_returns_nothing_or_old(request);
    return request.expressions.parse();
  });

  const engine::Write write =
      delete_write(services.catalog.table(request.table_name), key, expressions);
  const auto outcome = services.writer.apply(write);
  if (!outcome.condition_held) throw failed_condition(request, outcome);
  const WriteAnswer answer{services, request, write, outcome, key};
  answer.append_to(out, old_item_if_wanted(request, outcome));
}

}  // namespace api
