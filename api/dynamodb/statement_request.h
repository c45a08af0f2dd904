#pragma once

#include <string_view>
#include <vector>

#include "api/dynamodb/consumed_capacity.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/partiql/statement.h"
#include "engine/value/attribute_value.h"

namespace api {

/// A statement as ExecuteStatement, BatchExecuteStatement and ExecuteTransaction have it:
/// `Statement` with its `Parameters`, and how it is to be executed. Looks into the request.
struct StatementRequest {
  std::string_view text;
  std::vector<engine::Value> parameters;
  bool is_consistent = false;
  bool returns_item_on_failure = false;  ///< Of the condition.
};

/// `json` has passed the check of the input. Throws ValidationException for values that no item may
/// hold.
StatementRequest read_statement_request(JsonView json);

/// The statement, parsed. Throws ValidationException.
engine::partiql::Statement statement_of(const StatementRequest& request);

/// For ExecuteStatement and BatchExecuteStatement, where EXISTS has no place.
engine::ApiError exists_outside_transaction();

}  // namespace api
