// ExecuteTransaction: up to 100 PartiQL statements, of which all are done or none.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteTransaction.html

#include <utility>
#include <vector>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/payload_hash.h"
#include "api/dynamodb/statement_request.h"
#include "api/dynamodb/throttling.h"
#include "api/member.h"
#include "api/shape.h"
#include "api/wording.h"
#include "engine/capacity.h"
#include "engine/limits.h"
#include "engine/partiql/bound_read.h"
#include "engine/partiql/bound_write.h"
#include "engine/table/catalog.h"
#include "engine/value/json.h"
#include "engine/write/transaction.h"

namespace api {

namespace {

using engine::ApiError;
using engine::validation_error;
using engine::partiql::BoundRead;
using engine::partiql::BoundWrite;
using engine::partiql::Statement;

const Input& input = input_of("dynamodb", "ExecuteTransaction");
const Layer layer = layer_of("ExecuteTransaction");

/// One statement of the transaction: parsed, then bound either to be written or to be read.
struct Part {
  Statement statement;
  bool is_insert = false;
  bool returns_item_on_failure = false;
  std::string table_name;
  std::optional<BoundWrite> write;
  std::optional<BoundRead> read;
};

ApiError invalid_statement(std::size_t position, std::string message) {
  return validation_error("Validation failed in TransactStatements[" + std::to_string(position) +
                          "]: " + std::move(message));
}

/// What has no place in a transaction, whatever the table is.
void refuse_clauses(std::size_t position, const Statement& statement) {
  if (statement.is_returning()) {
    throw invalid_statement(position, "RETURNING is not supported in ExecuteTransaction");
  }
  if (statement.kind() == Statement::Kind::select && statement.names_index()) {
    throw invalid_statement(position,
                            "Reading from an index is not supported in ExecuteTransaction");
  }
}

/// EXISTS goes with both.
void refuse_mix(const std::vector<Part>& parts) {
  bool reads = false;
  bool writes = false;
  for (const auto& part : parts) {
    if (part.statement.kind() == Statement::Kind::select) reads = true;
    if (part.statement.is_write()) writes = true;
  }
  if (reads && writes) {
    throw validation_error("Read and write statements cannot be mixed in one transaction");
  }
}

std::size_t size_of(const StatementRequest& request) {
  std::size_t bytes = request.text.size();
  for (const auto& value : request.parameters) bytes += value.view().size_bytes();
  return bytes;
}

std::vector<Part> parse(JsonView statements) {
  std::vector<Part> parts;
  std::size_t bytes = 0;
  for (const JsonView json : simdjson::dom::array(statements)) {
    const auto request = checked(layer, [&] { return read_statement_request(json); });
    bytes += size_of(request);
    Part part{checked(layer, [&] { return statement_of(request); })};
    refuse_clauses(parts.size(), part.statement);
    part.is_insert = part.statement.kind() == Statement::Kind::insert;
    part.returns_item_on_failure = request.returns_item_on_failure;
    part.table_name = part.statement.table_name();
    parts.push_back(std::move(part));
  }
  if (bytes > engine::limits::transaction_bytes_max) {
    throw validation_error("Transaction request size cannot exceed 4 MB");
  }
  refuse_mix(parts);
  return parts;
}

void bind(std::size_t position, Part& part, std::shared_ptr<const engine::Table> table) {
  if (part.statement.kind() != Statement::Kind::select) {
    try {
      part.write.emplace(std::move(part.statement), std::move(table));
    } catch (const ApiError& error) {
      throw invalid_statement(position, error.message);
    }
    return part.write->require_no_empty_key();
  }
  part.read.emplace(std::move(part.statement), std::move(table), /*is_consistent=*/true);
  if (!part.read->is_of_one_item()) {
    throw invalid_statement(position,
                            "Select statements within ExecuteTransaction must specify the primary "
                            "key in the where clause.");
  }
}

/// An item that is read is one that is looked at and left as it is.
engine::Write write_of(const Part& part, std::shared_ptr<const engine::Table> table) {
  if (part.write) return part.write->write();
  engine::Write write;
  write.key = part.read->key();
  write.table = std::move(table);
  write.change = engine::leave_as_it_is;
  write.is_free = true;
  return write;
}

/// What the schema refuses is told by the statement, not by the request.
engine::TransactionAction planned(const Part& part, std::shared_ptr<const engine::Table> table) {
  engine::TransactionAction plan;
  plan.returns_item_on_failure = part.returns_item_on_failure;
  if (part.is_insert) plan.failure = {"DuplicateItem", part.write->refusal().message, {}};
  plan.write.table = table;
  try {
    plan.write = write_of(part, std::move(table));
  } catch (const ApiError& error) {
    plan.error = in_words_of(layer, error);
  }
  return plan;
}

/// Tables first: a missing one is told before anything that depends on a schema.
engine::Transaction planned(const engine::Catalog& catalog, std::vector<Part>& parts) {
  std::vector<std::shared_ptr<const engine::Table>> tables;
  tables.reserve(parts.size());
  for (const auto& part : parts) tables.push_back(catalog.table(part.table_name));
  for (std::size_t i = 0; i < parts.size(); ++i) bind(i, parts[i], tables[i]);
  engine::Transaction transaction;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    transaction.actions.push_back(planned(parts[i], tables[i]));
  }
  return transaction;
}

/// Null where a statement writes.
std::vector<std::shared_ptr<const engine::Table>> tables_read(
    const engine::Transaction& transaction) {
  std::vector<std::shared_ptr<const engine::Table>> tables;
  for (const auto& action : transaction.actions) {
    tables.push_back(action.write.is_free ? action.write.table : nullptr);
  }
  return tables;
}

void take_read(engine::ThroughputMeter& meter, const engine::Transaction& transaction,
               const engine::TransactionOutcome& outcome) {
  if (!meter.is_enforced()) return;
  for (std::size_t i = 0; i < transaction.actions.size(); ++i) {
    const auto& write = transaction.actions[i].write;
    const auto& item = outcome.outcomes[i].old_item;
    if (!write.is_free) continue;
    const std::size_t bytes = item ? item->size_bytes() : 0;
    meter.take_read(*write.table, engine::transaction_read_capacity(bytes).table);
  }
}

void append_responses(std::string& out, const std::vector<Part>& parts,
                      const engine::TransactionOutcome& outcome) {
  out += "\"Responses\":[";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += ',';
    out += '{';
    const auto item =
        parts[i].read ? parts[i].read->selected(outcome.outcomes[i].old_item) : std::nullopt;
    if (item && !item->view().empty()) {
      out += "\"Item\":";
      engine::append_json(out, item->view());
    }
    out += '}';
  }
  out += ']';
}

/// Of a transaction that was done before the answer is paid for as a read (dynamodb.md 9.1).
void append_capacity(std::string& out, ReturnCapacity detail, const std::vector<Part>& parts,
                     const engine::TransactionOutcome& outcome) {
  Capacities capacities;
  bool is_read = outcome.is_repeated;
  for (const auto& part : parts) is_read = is_read || part.read.has_value();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& of_part = outcome.outcomes[i];
    const std::size_t bytes = of_part.new_item ? of_part.new_item->size_bytes() : 0;
    capacities[parts[i].table_name] += is_read ? engine::transaction_read_capacity(bytes)
                                               : engine::transaction_capacity_of(of_part);
  }
  out += ',';
  append_consumed_capacities(out, detail, capacities, is_read ? UnitKind::read : UnitKind::written);
}

}  // namespace

void execute_transaction(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const JsonView statements = required_member(call.body, "TransactStatements");
  std::vector<Part> parts = parse(statements);
  engine::Transaction transaction = planned(services.catalog, parts);
  if (const auto token = member_of(call.body, "ClientRequestToken")) {
    transaction.token = std::string_view(*token);
    transaction.payload_hash = payload_hash("ExecuteTransaction", statements);
  }
  require_throughput(services.meter, tables_read(transaction));
  const auto outcome = services.transactions.run(transaction);
  if (!outcome.reasons.empty()) throw engine::transaction_canceled(outcome.reasons);
  take_read(services.meter, transaction, outcome);

  out += '{';
  append_responses(out, parts, outcome);
  const auto detail = return_capacity_in(call.body);
  if (detail != ReturnCapacity::none) append_capacity(out, detail, parts, outcome);
  out += '}';
}

}  // namespace api
