// BatchExecuteStatement: up to 25 PartiQL statements, each on its own.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html

#include <unordered_set>
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
#include "engine/throttle/meter.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::ApiError;
using engine::partiql::BoundRead;
using engine::partiql::BoundWrite;
using engine::partiql::Statement;

const Input& input = input_of("dynamodb", "BatchExecuteStatement");
const Layer layer = layer_of("BatchExecuteStatement");

/// One statement of the batch, and what has become of it so far.
struct Part {
  bool is_consistent = false;
  std::optional<Statement> statement;  ///< Nothing once it is bound, or wrong.
  std::string table_name;
  std::optional<BoundRead> read;
  std::optional<BoundWrite> bound_write;
  std::string key;  ///< As `Table::key_of_key` gives it.
  std::optional<engine::Write> write;
  bool has_run = false;
  std::optional<ApiError> error;
  std::optional<engine::Item> item;
  engine::Capacity capacity;

  /// Takes a step; an error stays with this statement.
  template <typename Step>
  void attempt(const Step& step) {
    if (error) return;
    try {
      step();
    } catch (const ApiError& refused) {
      error = refused;
    }
  }
};

Part parse(JsonView json) {
  Part part;
  part.attempt([&] {
    const auto request = checked(layer, [&] { return read_statement_request(json); });
    part.is_consistent = request.is_consistent;
    part.statement = checked(layer, [&] { return statement_of(request); });
    if (part.statement->kind() == Statement::Kind::exists) throw exists_outside_transaction();
    part.table_name = part.statement->table_name();
  });
  return part;
}

void bind(const engine::Catalog& catalog, Part& part) {
  auto table = catalog.table(part.table_name);
  if (part.statement->is_write()) {
    part.bound_write.emplace(*std::move(part.statement), std::move(table));
    part.write = part.bound_write->write();
    part.key = part.write->key;
    return;
  }
  part.read.emplace(*std::move(part.statement), std::move(table), part.is_consistent);
  if (!part.read->is_of_one_item()) {
    throw engine::validation_error(
        "Select statements within BatchExecuteStatement must specify the primary key in the where "
        "clause.");
  }
  part.key = part.read->key();
}

void refuse_mix(const std::vector<Part>& parts) {
  std::size_t reads = 0;
  std::size_t writes = 0;
  for (const auto& part : parts) {
    if (!part.error) ++(part.statement->is_write() ? writes : reads);
  }
  if (reads > 0 && writes > 0) {
    throw engine::validation_error("Read and write statements cannot be mixed in one batch");
  }
}

void refuse_doubled_items(const std::vector<Part>& parts) {
  std::unordered_set<std::string_view> keys;
  for (const auto& part : parts) {
    if (part.error || keys.insert(part.key).second) continue;
    throw engine::validation_error("Provided list of item keys contains duplicates");
  }
}

void run(const Services& services, Part& part) {
  part.has_run = true;
  if (part.read) {
    const auto& table = part.read->source().table();
    services.meter.require_read(table);
    const auto item = services.reader.item(part.key);
    part.capacity.table = engine::read_units(item ? item->size_bytes() : 0, part.is_consistent);
    services.meter.take_read(table, part.capacity.table);
    part.item = part.read->selected(item);
    return;
  }
  const auto outcome = services.writer.apply(*part.write);
  part.capacity = engine::capacity_of(outcome);
  if (!outcome.condition_held) throw part.bound_write->refusal();
  part.item = part.bound_write->returned(outcome);
}

/// As `BatchStatementErrorCodeEnum` has it: `DuplicateItem`, `ValidationError`.
std::string code_of(const ApiError& error) {
  if (error.code == "ValidationException") return "ValidationError";
  if (error.code == "ThrottlingException") return "ThrottlingError";
  constexpr std::string_view end = "Exception";
  return error.code.ends_with(end) ? error.code.substr(0, error.code.size() - end.size())
                                   : error.code;
}

void append_response(std::string& out, const Part& part) {
  out += '{';
  if (part.error) {
    out += "\"Error\":{\"Code\":";
    engine::append_json_string(out, code_of(*part.error));
    out += ",\"Message\":";
    engine::append_json_string(out, part.error->message);
    out += '}';
  }
  if (part.has_run) {
    if (part.error) out += ',';
    out += "\"TableName\":";
    engine::append_json_string(out, engine::table_name_of(part.table_name));
  }
  if (part.item) {
    out += ",\"Item\":";
    engine::append_json(out, part.item->view());
  }
  out += '}';
}

void append_capacity(std::string& out, ReturnCapacity detail, const std::vector<Part>& parts) {
  Capacities capacities;
  for (const auto& part : parts) {
    if (part.has_run) capacities[part.table_name] += part.capacity;
  }
  out += ',';
  append_consumed_capacities(out, detail, capacities);
}

}  // namespace

void batch_execute_statement(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  std::vector<Part> parts;
  for (const JsonView json : simdjson::dom::array(required_member(call.body, "Statements"))) {
    parts.push_back(parse(json));
  }
  refuse_mix(parts);
  for (auto& part : parts) {
    part.attempt([&] { bind(services.catalog, part); });
  }
  refuse_doubled_items(parts);
  for (auto& part : parts) {
    part.attempt([&] { run(services, part); });
  }

  out += "{\"Responses\":[";
  for (const auto& part : parts) {
    if (out.back() != '[') out += ',';
    append_response(out, part);
  }
  out += ']';
  const auto detail = return_capacity_in(call.body);
  if (detail != ReturnCapacity::none) append_capacity(out, detail, parts);
  out += '}';
}

}  // namespace api
