// Query: the items of one partition of a table or an index, in the order of their sort keys.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html

#include <optional>
#include <string>
#include <utility>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/page_answer.h"
#include "api/dynamodb/page_parameters.h"
#include "api/dynamodb/start_key.h"
#include "engine/api_error.h"
#include "engine/read/key_clauses.h"
#include "engine/read/key_range.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;

const Input& input = input_of("dynamodb", "Query");
const Layer layer = layer_of("Query");

/// What the request says, before any table is looked at.
struct Request {
  PageParameters parameters;
  Expressions expressions;
  std::optional<engine::Item> start_key;
};

/// In the order of dynamodb.md 8.1. What is older than expressions is looked at before the starting
/// key, and expressions after it.
Request read(JsonView body) {
  Request request{.parameters = read_page_parameters(input, body)};
  auto& given = request.parameters.expressions;
  given.missing_for_values = "FilterExpression and KeyConditionExpression are null";
  given.require_sense(layer);
  const bool is_legacy = !given.legacy.empty();
  if (is_legacy) request.expressions = given.parse();
  if (request.parameters.start_key) {
    request.start_key = start_key_from_json(*request.parameters.start_key);
  }
  if (!given.key_condition && !given.legacy.key_conditions) {
    throw validation_error(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
        "request.");
  }
  if (!is_legacy) request.expressions = given.parse();
  if (given.legacy.key_conditions) request.expressions.key_clauses = given.legacy.key_clauses();
  return request;
}

void require_single_keys(const engine::Source& source, const Request& request) {
  const bool has_several = source.partition().size() > 1 || source.sort().size() > 1;
  if (!has_several || !request.parameters.expressions.legacy.key_conditions) return;
  throw validation_error(
      "KeyConditions is not supported for indexes with multi-attribute keys. Use "
      "KeyConditionExpression instead");
}

/// Keys are what the key condition is for.
void require_filter_without_keys(const engine::Source& source, const Request& request) {
  const auto& filter = request.expressions.filter;
  if (!filter) return;
  const bool is_legacy = request.parameters.expressions.legacy.filter.has_value();
  const auto attributes = filter->attributes();
  for (const auto& attribute : attributes) {
    if (source.key_attribute(attribute) == nullptr) continue;
    throw validation_error(
        std::string(is_legacy ? "QueryFilter" : "Filter Expression") +
        " can only contain non-primary key attributes: Primary key attribute: " + attribute);
  }
  std::string missing;
  for (const auto& attribute : attributes) {
    if (source.projects(attribute)) continue;
    if (!missing.empty()) missing += ", ";
    missing += attribute;
  }
  if (missing.empty()) return;
  throw invalid_parameter_values("Secondary index " + source.index()->name +
                                 " does not project one or more filter attributes: [" + missing +
                                 "]");
}

}  // namespace

void query(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const Request request = checked(layer, [&] { return read(call.body); });
  const auto& [parameters, expressions, start_key] = request;

  const engine::Source source = source_of(services.catalog, parameters);
  require_single_keys(source, request);
  if (start_key) require_query_start(source, *start_key);
  const auto selection = engine::key_selection_of(source, expressions.key_clauses);
  engine::KeyRange range = range_of(source, selection.partition, selection.sort);
  if (start_key) {
    require_start_in(source, selection, *start_key);
    range.continue_after(source.key_of(*start_key), parameters.is_forward);
  }
  expressions.require_scalar_keys(source.table());
  require_filter_without_keys(source, request);

  const PageAnswer answer{.services = services,
                          .parameters = parameters,
                          .expressions = expressions,
                          .source = source,
                          .selection = selection_of(parameters, expressions, source, layer),
                          .may_continue = source.index() != nullptr || !source.sort().empty()};
  answer.append_to(out, std::move(range));
}

}  // namespace api
