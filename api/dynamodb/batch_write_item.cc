// BatchWriteItem: up to 25 puts and deletes, in one or more tables.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
//
// AWS writes them one by one and may hand some back. Here they are one storage batch; only when
// throughput is enforced, they are written one by one, and those for which there is none left are
// handed back.

#include <optional>
#include <span>
#include <unordered_set>
#include <utility>
#include <vector>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/item_collection.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "api/shape.h"
#include "api/wording.h"
#include "engine/api_error.h"
#include "engine/capacity.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"
#include "engine/table/index_keys.h"
#include "engine/throttle/meter.h"
#include "engine/value/json.h"
#include "engine/value/value_errors.h"
#include "engine/write/writer.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodb", "BatchWriteItem");
const Layer layer = layer_of("BatchWriteItem");

/// One element: a put of an item, or a delete by key.
struct Change {
  std::string_view table_name;
  bool is_put = false;
  engine::Item item;  ///< `Item` or `Key`.
};

struct Request {
  std::vector<Change> changes;
  ReturnCapacity return_capacity = ReturnCapacity::none;
  bool returns_collection_metrics = false;
};

Change read_change(std::string_view table_name, JsonView element) {
  const auto put = member_of(element, "PutRequest");
  const auto remove = member_of(element, "DeleteRequest");
  if (put.has_value() == remove.has_value()) throw engine::several_datatypes();
  Change change;
  change.table_name = table_name;
  change.is_put = put.has_value();
  change.item =
      engine::item_from_json(put ? required_member(*put, "Item") : required_member(*remove, "Key"));
  if (change.is_put && change.item.size_bytes() > engine::limits::item_bytes_max) {
    throw validation_error("Item size has exceeded the maximum allowed size");
  }
  return change;
}

Request read(JsonView body) {
  Request request;
  request.return_capacity = return_capacity_in(body);
  if (const auto metrics = member_of(body, "ReturnItemCollectionMetrics")) {
    request.returns_collection_metrics = std::string_view(*metrics) == "SIZE";
  }
  const simdjson::dom::object tables = required_member(body, "RequestItems");
  if (tables.size() == 0) {
    throw validation_error("The requestItems parameter is required for BatchWriteItem");
  }
  std::size_t count = 0;
  for (const auto& [name, elements] : tables) count += simdjson::dom::array(elements).size();
  if (count > engine::limits::batch_write_items_max) {
    throw validation_error("Too many items requested for the BatchWriteItem call");
  }
  request.changes.reserve(count);
  for (const auto& [name, elements] : tables) {
    for (const JsonView element : simdjson::dom::array(elements)) {
      request.changes.push_back(read_change(name, element));
    }
  }
  return request;
}

/// A key attribute of the wrong type has another text here than in PutItem (dynamodb.md 4.5).
void require_key_type(const engine::KeyAttribute& attribute, const engine::Item& item) {
  const auto value = item.find(attribute.name);
  if (value && value->type() != attribute.type) {
    throw validation_error("The provided key element does not match the schema");
  }
}

engine::Write write_of(const Change& change, std::shared_ptr<const engine::Table> table) {
  engine::Write write;
  if (change.is_put) {
    require_key_type(table->key.partition, change.item);
    if (table->key.sort) require_key_type(*table->key.sort, change.item);
    write.key = table->key_of(change.item);
    engine::require_index_keys(*table, change.item);
  } else {
    write.key = table->key_of_key(change.item);
  }
  write.table = std::move(table);
  write.change = [&change](const engine::Item*) {
    return change.is_put ? std::optional(change.item) : std::nullopt;
  };
  return write;
}

/// Everything is looked at before anything is written.
std::vector<engine::Write> writes_of(const engine::Catalog& catalog, const Request& request) {
  std::vector<engine::Write> writes;
  writes.reserve(request.changes.size());
  for (const Change& change : request.changes) {
    writes.push_back(write_of(change, catalog.table(change.table_name)));
  }
  std::unordered_set<std::string_view> keys;
  for (const auto& write : writes) {
    if (!keys.insert(write.key).second) {
      throw validation_error("Provided list of item keys contains duplicates");
    }
  }
  return writes;
}

/// Nothing for what was not written.
using Outcomes = std::vector<std::optional<engine::WriteOutcome>>;

Outcomes write_at_once(engine::Writer& writer, std::span<const engine::Write> writes) {
  Outcomes outcomes;
  for (auto& outcome : writer.apply_all(writes)) {
    if (!outcome.has_room) throw engine::item_collection_too_large();
    outcomes.emplace_back(std::move(outcome));
  }
  return outcomes;
}

/// Throws what is said of the last if none was written.
Outcomes write_while_there_is_throughput(engine::Writer& writer,
                                         std::span<const engine::Write> writes) {
  Outcomes outcomes;
  bool is_any = false;
  std::optional<engine::ApiError> throttling;
  for (const auto& write : writes) {
    auto& outcome = outcomes.emplace_back();
    try {
      outcome = writer.apply(write);
      is_any = true;
    } catch (const engine::ApiError& error) {
      if (!engine::is_throttling(error) && error.code != "TransactionConflictException") throw;
      throttling = error;
    }
  }
  if (!is_any && throttling) throw *throttling;
  return outcomes;
}

/// `{"T":[{"PutRequest":{"Item":{...}}}]}`; changes of one table stand together.
void append_unprocessed(std::string& out, const Request& request, const Outcomes& outcomes) {
  std::string_view table_name;
  out += '{';
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i]) continue;
    const Change& change = request.changes[i];
    if (change.table_name == table_name) {
      out += ',';
    } else {
      if (!table_name.empty()) out += "],";
      table_name = change.table_name;
      engine::append_json_string(out, table_name);
      out += ":[";
    }
    out += change.is_put ? "{\"PutRequest\":{\"Item\":" : "{\"DeleteRequest\":{\"Key\":";
    engine::append_json(out, change.item.view());
    out += "}}";
  }
  if (!table_name.empty()) out += ']';
  out += '}';
}

Capacities capacities_of(const Request& request, const Outcomes& outcomes) {
  Capacities capacities;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (!outcomes[i]) continue;
    capacities[request.changes[i].table_name] += engine::capacity_of(*outcomes[i]);
  }
  return capacities;
}

std::string collection_metrics(const engine::Reader& reader, const Request& request,
                               const std::vector<engine::Write>& writes, const Outcomes& outcomes) {
  std::vector<WrittenItem> written;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (!outcomes[i]) continue;
    const Change& change = request.changes[i];
    written.push_back({change.table_name, *writes[i].table, change.item});
  }
  return item_collections(reader, written);
}

}  // namespace

void batch_write_item(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const Request request = checked(layer, [&] { return read(call.body); });
  const auto writes = writes_of(services.catalog, request);
  const auto outcomes = services.meter.is_enforced()
                            ? write_while_there_is_throughput(services.writer, writes)
                            : write_at_once(services.writer, writes);
  out += "{\"UnprocessedItems\":";
  append_unprocessed(out, request, outcomes);
  if (request.return_capacity != ReturnCapacity::none) {
    out += ',';
    append_consumed_capacities(out, request.return_capacity, capacities_of(request, outcomes));
  }
  if (request.returns_collection_metrics) {
    const auto metrics = collection_metrics(services.reader, request, writes, outcomes);
    if (!metrics.empty()) out.append(",").append(metrics);
  }
  out += '}';
}

}  // namespace api
