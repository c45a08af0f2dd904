// GetItem: read the item that has a key.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/operations.h"
#include "engine/capacity.h"
#include "engine/read/reader.h"
#include "engine/table/catalog.h"
#include "engine/throttle/meter.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "GetItem");
const Layer layer = layer_of("GetItem");

void encode(const ItemRequest& request, const Expressions& expressions,
            const std::optional<engine::Item>& item, std::string& out) {
  out += '{';
  if (item) {
    out += "\"Item\":";
    if (expressions.projection) {
      engine::append_json(out, expressions.projection->select(*item).view());
    } else {
      engine::append_json(out, item->view());
    }
  }
  if (request.return_capacity != ReturnCapacity::none) {
    if (item) out += ',';
    out += "\"ConsumedCapacity\":";
    const std::size_t bytes = item ? item->size_bytes() : 0;
    append_consumed_capacity(out, request.return_capacity, request.table_name,
                             {.table = engine::read_units(bytes, request.is_consistent)});
  }
  out += '}';
}

}  // namespace

void get_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const ItemRequest request = read_item_request(input, call.body);
  request.expressions.require_sense(layer);
  engine::Item key;
  const Expressions expressions = checked(layer, [&] {
    key = engine::item_from_json(request.item);
    return request.expressions.parse();
  });

  const auto table = services.catalog.table(request.table_name);
  const std::string store_key = table->key_of_key(key);
  expressions.require_scalar_keys(*table);
  services.meter.require_read(*table);
  const auto item = services.reader.item(store_key);
  services.meter.take_read(
      *table, engine::read_units(item ? item->size_bytes() : 0, request.is_consistent));
  encode(request, expressions, item, out);
}

}  // namespace api
