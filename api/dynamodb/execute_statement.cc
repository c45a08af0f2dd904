// ExecuteStatement: one PartiQL statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html

#include <limits>
#include <utility>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/statement_request.h"
#include "api/member.h"
#include "api/shape.h"
#include "api/wording.h"
#include "engine/capacity.h"
#include "engine/partiql/bound_read.h"
#include "engine/partiql/bound_select.h"
#include "engine/partiql/bound_write.h"
#include "engine/partiql/page_token.h"
#include "engine/read/reader.h"
#include "engine/table/catalog.h"
#include "engine/throttle/meter.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::partiql::BoundRead;
using engine::partiql::BoundSelect;
using engine::partiql::PageToken;
using engine::partiql::Statement;

const Input& input = input_of("dynamodb", "ExecuteStatement");
const Layer layer = layer_of("ExecuteStatement");

/// A statement and what comes with it.
struct Request {
  StatementRequest statement;
  std::size_t items_max = std::numeric_limits<std::size_t>::max();
  std::optional<PageToken> token;
  ReturnCapacity capacity = ReturnCapacity::none;

  /// What a token must have been made for: everything but `Limit`, of that very table.
  std::string identity(const engine::Table& table) const {
    std::string all = table.uuid;
    all += statement.is_consistent ? '\1' : '\0';
    for (const auto& value : statement.parameters) all += value.bytes();
    return all.append(statement.text);
  }
};

Request read(JsonView body) {
  Request request;
  request.statement = checked(layer, [&] { return read_statement_request(body); });
  request.items_max = limit_of(body, request.items_max);
  request.capacity = return_capacity_in(body);
  return request;
}

/// Appends items, one after the other.
class Items {
 public:
  explicit Items(std::string& out) : out_(out) { out_ += "{\"Items\":["; }
  void append(engine::MapView item) {
    if (out_.back() != '[') out_ += ',';
    engine::append_json(out_, item);
  }

 private:
  std::string& out_;
};

engine::Capacity read_item(const Services& services, const Request& request, const BoundRead& read,
                           std::string& out) {
  if (request.token) PageToken::refuse();
  const std::string key = read.key();
  const auto& table = read.source().table();
  services.meter.require_read(table);
  const auto item = services.reader.item(key);
  const double units =
      engine::read_units(item ? item->size_bytes() : 0, request.statement.is_consistent);
  services.meter.take_read(table, units);
  const auto selected = read.selected(item);
  Items items(out);
  if (selected) items.append(*selected);
  out += ']';
  return {.table = units, .local_indexes = {}, .global_indexes = {}};
}

engine::Capacity read_items(const Services& services, const Request& request,
                            const BoundSelect& select, std::string& out) {
  const auto& source = select.source();
  const std::string identity = request.identity(source.table());
  std::optional<engine::Item> after;
  if (request.token) after = request.token->last_key_for(identity, source);
  services.meter.require_read(source.table(), source.index());

  Items items(out);
  const auto page = select.read(services.reader, request.items_max, after,
                                [&](engine::MapView item) { items.append(item); });
  services.meter.take_read(source.table(), page.capacity);
  out += ']';
  if (page.last_key) {
    out += ",\"NextToken\":";
    engine::append_json_string(out, PageToken(identity, *page.last_key).text());
    out += ",\"LastEvaluatedKey\":";
    engine::append_json(out, page.last_key->view());
  }
  return page.capacity;
}

engine::Capacity write(const Services& services, const Request& request, Statement statement,
                       std::shared_ptr<const engine::Table> table, std::string& out) {
  const bool shows_item =
      request.statement.returns_item_on_failure && statement.kind() != Statement::Kind::insert;
  const engine::partiql::BoundWrite bound(std::move(statement), std::move(table));
  if (request.token) PageToken::refuse();
  const auto outcome = services.writer.apply(bound.write());
  if (!outcome.condition_held) {
    auto error = bound.refusal();
    if (shows_item && outcome.old_item) {
      error.members = "\"Item\":";
      engine::append_json(error.members, outcome.old_item->view());
    }
    throw error;
  }
  const auto returned = bound.returned(outcome);
  Items items(out);
  if (returned) items.append(*returned);
  out += ']';
  return engine::capacity_of(outcome);
}

engine::Capacity execute(const Services& services, const Request& request, Statement statement,
                         std::string& out) {
  auto table = services.catalog.table(statement.table_name());
  if (statement.is_write()) {
    return write(services, request, std::move(statement), std::move(table), out);
  }
  BoundRead read(std::move(statement), std::move(table), request.statement.is_consistent);
  if (read.is_of_one_item()) return read_item(services, request, read, out);
  return read_items(services, request, BoundSelect(std::move(read)), out);
}

}  // namespace

void execute_statement(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  Request request = read(call.body);
  auto statement = checked(layer, [&] { return statement_of(request.statement); });
  if (statement.kind() == Statement::Kind::exists) throw exists_outside_transaction();
  if (const auto token = member_of(call.body, "NextToken")) request.token.emplace(*token);
  const std::string table_name = statement.table_name();
  const auto capacity = execute(services, request, std::move(statement), out);
  if (request.capacity != ReturnCapacity::none) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacity(out, request.capacity, table_name, capacity);
  }
  out += '}';
}

}  // namespace api
