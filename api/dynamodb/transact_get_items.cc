// TransactGetItems: up to 100 items, as they all are at one moment.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/dynamodb/item_request.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/throttling.h"
#include "api/member.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"
#include "engine/write/transaction.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "TransactGetItems");
const Layer layer = layer_of("TransactGetItems");

/// One element of TransactItems, read.
struct Get {
  ItemRequest request;
  engine::Item key;
  Expressions expressions;
};

/// With all that can be said of it without looking at its table's schema, except for empty keys.
Get read_get(const engine::Catalog& catalog, JsonView element) {
  const Shape& elements = *input.shape->member("TransactItems")->shape->element;
  Get get;
  get.request = read_item_request(*elements.member("Get")->shape, required_member(element, "Get"));
  get.request.expressions.require_sense(layer);
  get.key = engine::item_from_json(get.request.item);
  get.expressions = get.request.expressions.parse();
  if (const auto table = catalog.find(get.request.table_name)) {
    table->require_no_empty_key(get.key);
  }
  return get;
}

std::vector<Get> read(const engine::Catalog& catalog, JsonView body) {
  std::vector<Get> gets;
  for (const JsonView element : simdjson::dom::array(required_member(body, "TransactItems"))) {
    gets.push_back(checked(layer, [&] { return read_get(catalog, element); }));
  }
  return gets;
}

/// The tables, in the order of the request.
using Tables = std::vector<std::shared_ptr<const engine::Table>>;

Tables tables_of(const engine::Catalog& catalog, const std::vector<Get>& gets) {
  Tables tables;
  for (const Get& get : gets) tables.push_back(catalog.table(get.request.table_name));
  return tables;
}

/// The store keys. What a schema refuses cancels the transaction, and the first of it is told.
std::vector<std::string> store_keys(const Tables& tables, const std::vector<Get>& gets) {
  std::vector<std::string> keys(gets.size());
  std::vector<engine::CancellationReason> reasons;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    try {
      keys[i] = tables[i]->key_of_key(gets[i].key);
      gets[i].expressions.require_scalar_keys(*tables[i]);
    } catch (const engine::ApiError& error) {
      if (reasons.empty()) reasons = engine::refused(gets.size(), i, error);
    }
  }
  engine::require_different_items(keys);
  if (!reasons.empty()) throw engine::transaction_canceled(reasons);
  return keys;
}

void append_response(std::string& out, const Get& get, const std::optional<engine::Item>& item) {
  out += '{';
  std::optional<engine::Item> selected;
  if (item && get.expressions.projection) selected = get.expressions.projection->select(*item);
  const auto& shown = get.expressions.projection ? selected : item;
  if (shown && !(selected && selected->view().empty())) {
    out += "\"Item\":";
    engine::append_json(out, shown->view());
  }
  out += '}';
}

void take_read(engine::ThroughputMeter& meter, const Tables& tables,
               const std::vector<std::optional<engine::Item>>& items) {
  if (!meter.is_enforced()) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t bytes = items[i] ? items[i]->size_bytes() : 0;
    meter.take_read(*tables[i], engine::transaction_read_capacity(bytes).table);
  }
}

void append_capacity(std::string& out, ReturnCapacity detail, const std::vector<Get>& gets,
                     const std::vector<std::optional<engine::Item>>& items) {
  Capacities capacities;
  for (std::size_t i = 0; i < gets.size(); ++i) {
    capacities[gets[i].request.table_name] +=
        engine::transaction_read_capacity(items[i] ? items[i]->size_bytes() : 0);
  }
  append_consumed_capacities(out, detail, capacities, UnitKind::read);
}

}  // namespace

void transact_get_items(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto gets = read(services.catalog, call.body);
  const auto tables = tables_of(services.catalog, gets);
  const auto keys = store_keys(tables, gets);
  require_throughput(services.meter, tables);
  const auto items = services.transactions.read(keys);
  take_read(services.meter, tables, items);
  out += "{\"Responses\":[";
  for (std::size_t i = 0; i < gets.size(); ++i) {
    if (i > 0) out += ',';
    append_response(out, gets[i], items[i]);
  }
  out += ']';
  const auto detail = return_capacity_in(call.body);
  if (detail != ReturnCapacity::none) {
    out += ',';
    append_capacity(out, detail, gets, items);
  }
  out += '}';
}

}  // namespace api
