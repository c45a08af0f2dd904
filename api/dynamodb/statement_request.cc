#include "api/dynamodb/statement_request.h"

#include "api/member.h"
#include "engine/value/json.h"

namespace api {

StatementRequest read_statement_request(JsonView json) {
  StatementRequest request;
  request.text = required_member(json, "Statement");
  if (const auto parameters = member_of(json, "Parameters")) {
    for (const JsonView value : simdjson::dom::array(*parameters)) {
      request.parameters.push_back(engine::value_from_json(value));
    }
  }
  if (const auto consistent = member_of(json, "ConsistentRead")) {
    request.is_consistent = boolean_of(*consistent);
  }
  if (const auto wanted = member_of(json, "ReturnValuesOnConditionCheckFailure")) {
    request.returns_item_on_failure = std::string_view(*wanted) == "ALL_OLD";
  }
  return request;
}

engine::partiql::Statement statement_of(const StatementRequest& request) {
  return engine::partiql::Statement::parse(request.text, request.parameters);
}

engine::ApiError exists_outside_transaction() {
  return engine::validation_error("EXISTS() is only supported in ExecuteTransaction");
}

}  // namespace api
