#include "api/dynamodb/page_parameters.h"

#include <algorithm>
#include <memory>
#include <string>

#include "api/dynamodb/start_key.h"
#include "engine/api_error.h"
#include "engine/read/projected.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

using engine::IndexProjection;
using engine::invalid_parameter_values;
using engine::validation_error;

Select select_of(std::string_view text) {
  if (text == "ALL_ATTRIBUTES") return Select::all_attributes;
  if (text == "ALL_PROJECTED_ATTRIBUTES") return Select::all_projected;
  return text == "COUNT" ? Select::count : Select::specific;
}

/// Whether it is one of the members that are only for pages; then it is kept.
bool take(PageParameters& parameters, std::string_view name, JsonView value) {
  if (name == "TableName") {
    parameters.table_name = std::string_view(value);
  } else if (name == "IndexName") {
    parameters.index_name = std::string_view(value);
  } else if (name == "Select") {
    parameters.select = select_of(std::string_view(value));
  } else if (name == "ConsistentRead") {
    parameters.is_consistent = boolean_of(value);
  } else if (name == "ScanIndexForward") {
    parameters.is_forward = boolean_of(value);
  } else if (name == "Limit") {
    parameters.items_max = static_cast<std::size_t>(integer_of(value));
  } else if (name == "ExclusiveStartKey") {
    parameters.start_key = value;
  } else if (name == "Segment") {
    parameters.segment = static_cast<std::size_t>(integer_of(value));
  } else if (name == "TotalSegments") {
    parameters.total_segments = static_cast<std::size_t>(integer_of(value));
  } else if (name == "ReturnConsumedCapacity") {
    parameters.return_capacity = return_capacity_of(value);
  } else {
    return false;
  }
  return true;
}

void require_sense(const PageParameters& parameters, const Expressions& expressions, Layer layer) {
  const Select select = parameters.select;
  const auto fail = [&](const std::string& message) {
    // Only Scan says these without the envelope.
    const bool is_bare = layer == Layer::old_layer;
    throw in_words_of(is_bare ? Layer::old_layer : Layer::new_enveloped, validation_error(message));
  };
  if (select == Select::specific && !expressions.projection) {
    fail(
        "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
        "SPECIFIC_ATTRIBUTES");
  }
  const bool goes_with_projection = select == Select::as_usual || select == Select::specific;
  if (!expressions.projection || goes_with_projection) return;
  const std::string given =
      parameters.expressions.projection ? "ProjectionExpression" : "AttributesToGet";
  const std::string wanted = select == Select::count            ? "only the Count"
                             : select == Select::all_attributes ? "ALL_ATTRIBUTES"
                                                                : "ALL_PROJECTED_ATTRIBUTES";
  fail("Cannot specify the " + given + " when choosing to get " + wanted);
}

PageParameters read_page_parameters(const Input& input, JsonView body) {
  PageParameters parameters;
  for (const auto& [name, value] : simdjson::dom::object(body)) {
    if (value.is_null() || input.shape->member(name) == nullptr) continue;
    if (!take(parameters, name, value)) parameters.expressions.take(name, value);
  }
  return parameters;
}

}  // namespace

PageQuestion read_page_question(const Input& input, Layer layer, JsonView body,
                                std::string_view missing_for_values,
                                void (*require)(const PageParameters& parameters)) {
  PageQuestion question{.parameters = read_page_parameters(input, body)};
  auto& given = question.parameters.expressions;
  given.missing_for_values = missing_for_values;
  given.require_sense(layer);
  const bool is_legacy = !given.legacy.empty();
  if (is_legacy) question.expressions = given.parse();
  if (question.parameters.start_key) {
    question.start_key = start_key_from_json(*question.parameters.start_key);
  }
  require(question.parameters);
  if (!is_legacy) question.expressions = given.parse();
  return question;
}

engine::Source source_of(const engine::Catalog& catalog, const PageParameters& parameters) {
  auto table = catalog.table(parameters.table_name);
  if (!parameters.index_name) return engine::Source(std::move(table));
  const std::string name(*parameters.index_name);
  auto index = table->index(name);
  if (!index || index->status == engine::TableStatus::deleting) {
    throw validation_error("The table does not have the specified index: " + name);
  }
  if (index->is_global && parameters.is_consistent) {
    throw validation_error("Consistent reads are not supported on global secondary indexes");
  }
  if (index->status == engine::TableStatus::creating) {
    throw validation_error("Cannot read from backfilling global secondary index: " + name);
  }
  return engine::Source(std::move(table), std::move(index));
}

Selection selection_of(const PageParameters& parameters, const Expressions& expressions,
                       const engine::Source& source, Layer layer) {
  require_sense(parameters, expressions, layer);
  const engine::Index* const index = source.index();
  if (index == nullptr) {
    if (parameters.select == Select::all_projected) {
      throw validation_error(
          "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    return {.counts_only = parameters.select == Select::count};
  }
  const bool wants_all = parameters.select == Select::all_attributes;
  if (index->is_global && wants_all && index->projection != IndexProjection::all) {
    throw invalid_parameter_values(
        "Select type ALL_ATTRIBUTES is not supported for global secondary index " + index->name +
        " because its projection type is not ALL");
  }
  std::string missing;
  if (expressions.projection) {
    missing = engine::not_projected(source, expressions.projection->attributes());
  }
  if (index->is_global && !missing.empty()) {
    throw invalid_parameter_values("Global secondary index " + index->name + " does not project " +
                                   missing);
  }
  const bool has_all = index->projection == IndexProjection::all;
  return {.counts_only = parameters.select == Select::count,
          .fetches_items = !has_all && (wants_all || !missing.empty())};
}

}  // namespace api
