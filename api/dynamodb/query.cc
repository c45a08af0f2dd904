// Query: the items of one partition of a table or an index, in the order of their sort keys.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html

#include <string>
#include <utility>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/page_answer.h"
#include "api/dynamodb/page_parameters.h"
#include "api/dynamodb/start_key.h"
#include "engine/api_error.h"
#include "engine/read/key_clauses.h"
#include "engine/read/key_range.h"
#include "engine/read/projected.h"

namespace api {

namespace {

using engine::invalid_parameter_values;
using engine::validation_error;

const Input& input = input_of("dynamodb", "Query");
const Layer layer = layer_of("Query");

void require_key_condition(const PageParameters& parameters) {
  const auto& given = parameters.expressions;
  if (given.key_condition || given.legacy.key_conditions) return;
  throw validation_error(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
      "request.");
}

PageQuestion read(JsonView body) {
  PageQuestion question =
      read_page_question(input, layer, body, "FilterExpression and KeyConditionExpression are null",
                         require_key_condition);
  const auto& legacy = question.parameters.expressions.legacy;
  if (legacy.key_conditions) question.expressions.key_clauses = legacy.key_clauses();
  return question;
}

void require_single_keys(const engine::Source& source, const PageQuestion& question) {
  const bool has_several = source.partition().size() > 1 || source.sort().size() > 1;
  if (!has_several || !question.parameters.expressions.legacy.key_conditions) return;
  throw validation_error(
      "KeyConditions is not supported for indexes with multi-attribute keys. Use "
      "KeyConditionExpression instead");
}

/// Keys are what the key condition is for.
void require_filter_without_keys(const engine::Source& source, const PageQuestion& question) {
  const auto& filter = question.expressions.filter;
  if (!filter) return;
  const bool is_legacy = question.parameters.expressions.legacy.filter.has_value();
  const auto attributes = filter->attributes();
  for (const auto& attribute : attributes) {
    if (source.key_attribute(attribute) == nullptr) continue;
    throw validation_error(
        std::string(is_legacy ? "QueryFilter" : "Filter Expression") +
        " can only contain non-primary key attributes: Primary key attribute: " + attribute);
  }
  const std::string missing = engine::not_projected(source, attributes);
  if (missing.empty()) return;
  throw invalid_parameter_values("Secondary index " + source.index()->name +
                                 " does not project one or more filter attributes: " + missing);
}

}  // namespace

void query(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const PageQuestion question = checked(layer, [&] { return read(call.body); });
  const auto& [parameters, expressions, start_key] = question;

  const engine::Source source = source_of(services.catalog, parameters);
  require_single_keys(source, question);
  if (start_key) require_query_start(source, *start_key);
  const auto selection = engine::key_selection_of(source, expressions.key_clauses);
  engine::KeyRange range = range_of(source, selection.partition, selection.sort);
  if (start_key) {
    require_start_in(source, selection, *start_key);
    range.continue_after(source.key_of(*start_key), parameters.is_forward);
  }
  expressions.require_scalar_keys(source.table());
  require_filter_without_keys(source, question);

  const PageAnswer answer{.services = services,
                          .parameters = parameters,
                          .expressions = expressions,
                          .source = source,
                          .selection = selection_of(parameters, expressions, source, layer),
                          .may_continue = source.index() != nullptr || !source.sort().empty()};
  answer.append_to(out, std::move(range));
}

}  // namespace api
