#pragma once

#include <limits>
#include <optional>
#include <string_view>

#include "api/dynamodb/consumed_capacity.h"
#include "api/dynamodb/expressions.h"
#include "api/services.h"
#include "api/shape.h"
#include "engine/read/source.h"

namespace api {

enum class Select { as_usual, all_attributes, all_projected, specific, count };

/// What Query and Scan are asked with: their parameters have the same names. Looks into the
/// request.
struct PageParameters {
  std::string_view table_name;
  std::optional<std::string_view> index_name;
  Select select = Select::as_usual;
  bool is_consistent = false;
  bool is_forward = true;
  std::size_t items_max = std::numeric_limits<std::size_t>::max();
  std::optional<JsonView> start_key;  ///< `ExclusiveStartKey`
  std::optional<std::size_t> segment;
  std::optional<std::size_t> total_segments;
  ReturnCapacity return_capacity = ReturnCapacity::none;
  ExpressionParameters expressions;
};

/// All that can be said of a request before any table is looked at.
struct PageQuestion {
  PageParameters parameters;
  Expressions expressions;
  std::optional<engine::Item> start_key;
};

/// In the order of dynamodb.md 8.1: what is older than expressions, the starting key, what
/// `require` has to say of the operation, expressions. `body` has passed the check of `input`;
/// members that the operation does not have are not looked at. `missing_for_values` as in
/// `ExpressionParameters`.
PageQuestion read_page_question(const Input& input, Layer layer, JsonView body,
                                std::string_view missing_for_values,
                                void (*require)(const PageParameters& parameters));

/// The table or the index. Throws ResourceNotFoundException and ValidationException: neither of
/// them is there, or cannot be read in that way.
engine::Source source_of(const engine::Catalog& catalog, const PageParameters& parameters);

/// What is selected of the items that pass the filter, and whether they have to be fetched.
struct Selection {
  bool counts_only = false;
  bool fetches_items = false;  ///< Of a local index that does not have everything asked for.
};

/// Throws ValidationException for what cannot be selected there (dynamodb.md 8.2), in the words of
/// `layer`.
Selection selection_of(const PageParameters& parameters, const Expressions& expressions,
                       const engine::Source& source, Layer layer);

}  // namespace api
