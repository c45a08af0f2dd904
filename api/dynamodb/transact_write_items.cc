// TransactWriteItems: up to 100 puts, updates, deletes and checks, of which all are done or none.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html

#include <utility>
#include <vector>

#include "api/dynamodb/item_collection.h"
#include "api/dynamodb/item_request.h"
#include "api/dynamodb/item_writes.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/payload_hash.h"
#include "api/member.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"
#include "engine/table/index_keys.h"
#include "engine/value/json.h"
#include "engine/write/transaction.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodb", "TransactWriteItems");
const Layer layer = layer_of("TransactWriteItems");

enum class ActionKind { put, update, remove, check };

/// One element of TransactItems, read.
struct Action {
  ActionKind kind = ActionKind::check;
  ItemRequest request;
  engine::Item item;  ///< `Item` or `Key`.
  Expressions expressions;
};

struct Request {
  std::vector<Action> actions;
  ReturnCapacity return_capacity = ReturnCapacity::none;
  bool returns_collection_metrics = false;
  std::string_view token;
  std::uint64_t payload_hash = 0;
};

ActionKind kind_of(std::string_view member) {
  if (member == "Put") return ActionKind::put;
  if (member == "Update") return ActionKind::update;
  if (member == "Delete") return ActionKind::remove;
  return ActionKind::check;
}

/// The one member of the element that is there.
const Member& action_member(JsonView element) {
  const Shape& elements = *input.shape->member("TransactItems")->shape;
  const Member* found = nullptr;
  int count = 0;
  for (const Member& member : elements.element->members) {
    if (!member_of(element, member.name)) continue;
    found = &member;
    ++count;
  }
  if (count != 1) {
    throw validation_error("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  return *found;
}

/// With all that can be said of it without looking at its table's schema, except for empty keys,
/// which are told as early as the rest.
Action read_action(const engine::Catalog& catalog, JsonView element) {
  const Member& member = action_member(element);
  Action action;
  action.kind = kind_of(member.name);
  action.request = read_item_request(*member.shape, required_member(element, member.name));
  action.request.expressions.values_may_be_deep = true;
  action.request.expressions.require_sense(layer);
  action.item = engine::item_from_json(action.request.item);
  const bool is_put = action.kind == ActionKind::put;
  if (is_put && action.item.size_bytes() > engine::limits::item_bytes_max) {
    throw validation_error("Item size has exceeded the maximum allowed size");
  }
  action.expressions = action.request.expressions.parse();
  if (const auto table = catalog.find(action.request.table_name)) {
    table->require_no_empty_key(action.item);
    if (is_put) engine::require_no_empty_index_key(*table, action.item);
  }
  return action;
}

std::size_t size_of_values(JsonView values) {
  std::size_t bytes = 0;
  for (const auto& [placeholder, value] : simdjson::dom::object(values)) {
    bytes += placeholder.size() + engine::deep_value_from_json(value).view().size_bytes();
  }
  return bytes;
}

/// What the action adds to the size of the transaction.
std::size_t size_of(const Action& action) {
  const auto& given = action.request.expressions;
  std::size_t bytes = action.item.size_bytes();
  if (given.condition) bytes += given.condition->size();
  if (given.update) bytes += given.update->size();
  if (given.values) bytes += size_of_values(*given.values);
  return bytes;
}

Request read(const engine::Catalog& catalog, JsonView body) {
  Request request;
  const simdjson::dom::array elements = required_member(body, "TransactItems");
  request.actions.reserve(elements.size());
  for (const JsonView element : elements) {
    request.actions.push_back(checked(layer, [&] { return read_action(catalog, element); }));
  }
  std::size_t bytes = 0;
  for (const Action& action : request.actions) bytes += size_of(action);
  if (bytes > engine::limits::transaction_bytes_max) {
    throw validation_error("Transaction request size cannot exceed 4 MB");
  }
  request.return_capacity = return_capacity_in(body);
  if (const auto metrics = member_of(body, "ReturnItemCollectionMetrics")) {
    request.returns_collection_metrics = std::string_view(*metrics) == "SIZE";
  }
  if (const auto token = member_of(body, "ClientRequestToken")) {
    request.token = std::string_view(*token);
    request.payload_hash =
        payload_hash("TransactWriteItems", required_member(body, "TransactItems"));
  }
  return request;
}

engine::Write write_of(std::shared_ptr<const engine::Table> table, Action& action) {
  switch (action.kind) {
    case ActionKind::put:
      return put_write(std::move(table), action.item, action.expressions);
    case ActionKind::update:
      return update_write(std::move(table), action.item, action.expressions);
    case ActionKind::remove:
      return delete_write(std::move(table), action.item, action.expressions);
    case ActionKind::check:
      break;
  }
  return check_write(std::move(table), action.item, action.expressions);
}

/// What the schema refuses is told by the action, not by the request.
engine::TransactionAction planned(std::shared_ptr<const engine::Table> table, Action& action) {
  engine::TransactionAction plan;
  plan.returns_item_on_failure = action.request.returns_item_on_failure;
  plan.write.table = table;
  try {
    plan.write = write_of(std::move(table), action);
  } catch (const engine::ApiError& error) {
    plan.error = in_words_of(layer, error);
  }
  return plan;
}

/// Tables first: a missing one is told before anything that depends on a schema.
engine::Transaction planned(const engine::Catalog& catalog, Request& request) {
  std::vector<std::shared_ptr<const engine::Table>> tables;
  for (const Action& action : request.actions) {
    tables.push_back(catalog.table(action.request.table_name));
  }
  engine::Transaction transaction;
  transaction.token = request.token;
  transaction.payload_hash = request.payload_hash;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    transaction.actions.push_back(planned(tables[i], request.actions[i]));
  }
  return transaction;
}

/// Of a transaction that was done before the answer is paid for as a read (dynamodb.md 9.1).
void append_capacity(std::string& out, const Request& request,
                     const engine::TransactionOutcome& outcome) {
  Capacities capacities;
  for (std::size_t i = 0; i < request.actions.size(); ++i) {
    const auto& of_action = outcome.outcomes[i];
    const std::size_t bytes = of_action.new_item ? of_action.new_item->size_bytes() : 0;
    capacities[request.actions[i].request.table_name] +=
        outcome.is_repeated ? engine::transaction_read_capacity(bytes)
                            : engine::transaction_capacity_of(of_action);
  }
  append_consumed_capacities(out, request.return_capacity, capacities,
                             outcome.is_repeated ? UnitKind::read : UnitKind::written);
}

/// Something that has the key attributes of the item that the action is about.
engine::MapView key_of(const Action& action, const engine::WriteOutcome& outcome) {
  if (outcome.new_item) return *outcome.new_item;
  if (outcome.old_item) return *outcome.old_item;
  return action.item;
}

/// Of checks nothing is told.
std::string collection_metrics(const engine::Reader& reader, const Request& request,
                               const engine::Transaction& transaction,
                               const engine::TransactionOutcome& outcome) {
  std::vector<WrittenItem> written;
  for (std::size_t i = 0; i < request.actions.size(); ++i) {
    const Action& action = request.actions[i];
    if (action.kind == ActionKind::check) continue;
    written.push_back({action.request.table_name, *transaction.actions[i].write.table,
                       key_of(action, outcome.outcomes[i])});
  }
  return item_collections(reader, written);
}

}  // namespace

void transact_write_items(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  Request request = read(services.catalog, call.body);
  const engine::Transaction transaction = planned(services.catalog, request);
  const auto outcome = services.transactions.run(transaction);
  if (!outcome.reasons.empty()) throw engine::transaction_canceled(outcome.reasons);

  out += '{';
  if (request.return_capacity != ReturnCapacity::none) append_capacity(out, request, outcome);
  if (request.returns_collection_metrics) {
    const auto metrics = collection_metrics(services.reader, request, transaction, outcome);
    if (!metrics.empty() && out.back() != '{') out += ',';
    out += metrics;
  }
  out += '}';
}

}  // namespace api
