// ExecuteStatement: one PartiQL statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html

#include <utility>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/statement_request.h"
#include "api/member.h"
#include "api/shape.h"
#include "api/wording.h"
#include "engine/capacity.h"
#include "engine/partiql/bound_read.h"
#include "engine/partiql/bound_write.h"
#include "engine/read/reader.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::partiql::Statement;

const Input& input = input_of("dynamodb", "ExecuteStatement");
const Layer layer = layer_of("ExecuteStatement");

/// At most one item, and what it took to read or write it.
struct Result {
  std::optional<engine::Item> item;
  engine::Capacity capacity;
};

Result read(const Services& services, const StatementRequest& request, Statement statement,
            std::shared_ptr<const engine::Table> table) {
  const engine::partiql::BoundRead bound(std::move(statement), std::move(table),
                                         request.is_consistent);
  if (!bound.is_of_one_item()) {
    throw engine::not_supported("SELECT without an equality on each key attribute");
  }
  const auto item = services.reader.item(bound.key());
  const std::size_t bytes = item ? item->size_bytes() : 0;
  return {bound.selected(item), {.table = engine::read_units(bytes, request.is_consistent)}};
}

Result write(const Services& services, const StatementRequest& request, Statement statement,
             std::shared_ptr<const engine::Table> table) {
  const bool shows_item =
      request.returns_item_on_failure && statement.kind() != Statement::Kind::insert;
  const engine::partiql::BoundWrite bound(std::move(statement), std::move(table));
  const auto outcome = services.writer.apply(bound.write());
  if (!outcome.condition_held) {
    auto error = bound.refusal();
    if (shows_item && outcome.old_item) {
      error.members = "\"Item\":";
      engine::append_json(error.members, outcome.old_item->view());
    }
    throw error;
  }
  return {bound.returned(outcome), engine::capacity_of(outcome)};
}

}  // namespace

void execute_statement(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  StatementRequest request;
  auto statement = checked(layer, [&] {
    request = read_statement_request(call.body);
    return statement_of(request);
  });
  if (statement.kind() == Statement::Kind::exists) throw exists_outside_transaction();
  // An answer is never continued, so nobody has been given one.
  if (member_of(call.body, "NextToken")) throw engine::validation_error("Invalid NextToken");

  auto table = services.catalog.table(statement.table_name());
  const std::string table_name = statement.table_name();
  const Result result = statement.is_write()
                            ? write(services, request, std::move(statement), std::move(table))
                            : read(services, request, std::move(statement), std::move(table));
  out += "{\"Items\":[";
  if (result.item) engine::append_json(out, result.item->view());
  out += ']';
  const auto detail = return_capacity_in(call.body);
  if (detail != ReturnCapacity::none) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacity(out, detail, table_name, result.capacity);
  }
  out += '}';
}

}  // namespace api
