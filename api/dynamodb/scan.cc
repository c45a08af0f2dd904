// Scan: all items of a table or an index, or a segment of them.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html

#include <string>
#include <utility>

#include "api/dynamodb/operations.h"
#include "api/dynamodb/page_answer.h"
#include "api/dynamodb/page_parameters.h"
#include "api/dynamodb/start_key.h"
#include "engine/api_error.h"
#include "engine/read/key_range.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodb", "Scan");
const Layer layer = layer_of("Scan");

void require_segments(const PageParameters& parameters) {
  const auto& [segment, total] = std::pair(parameters.segment, parameters.total_segments);
  if (segment && !total) {
    throw validation_error(
        "The TotalSegments parameter is required but was not present in the request when Segment "
        "parameter is present");
  }
  if (total && !segment) {
    throw validation_error(
        "The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
  }
  if (!segment || *segment < *total) return;
  throw validation_error(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
      "Segment: " +
      std::to_string(*segment) + " is not less than TotalSegments: " + std::to_string(*total));
}

PageQuestion read(JsonView body) {
  return read_page_question(input, layer, body, "FilterExpression is null", require_segments);
}

engine::KeyRange range_of(const engine::Source& source, const PageQuestion& question) {
  const auto& [parameters, expressions, start_key] = question;
  engine::KeyRange range = parameters.segment ? engine::segment_of(source, *parameters.segment,
                                                                   *parameters.total_segments)
                                              : engine::range_of(source);
  if (!start_key) return range;
  require_scan_start(source, *start_key);
  const std::string key = source.key_of(*start_key);
  if (parameters.segment) {
    require_start_in(range, key, *parameters.segment, *parameters.total_segments);
  }
  range.continue_after(key, /*is_forward=*/true);
  return range;
}

}  // namespace

void scan(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const PageQuestion question = checked(layer, [&] { return read(call.body); });
  const auto& [parameters, expressions, start_key] = question;

  const engine::Source source = source_of(services.catalog, parameters);
  engine::KeyRange range = range_of(source, question);
  expressions.require_scalar_keys(source.table());
  const PageAnswer answer{.services = services,
                          .parameters = parameters,
                          .expressions = expressions,
                          .source = source,
                          .selection = selection_of(parameters, expressions, source, layer)};
  answer.append_to(out, std::move(range));
}

}  // namespace api
