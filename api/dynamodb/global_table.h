#pragma once

#include "api/member.h"
#include "engine/api_error.h"

/// Global tables of the version of 2017 (dynamodb.md 17.7): nobody can make one, so there is none.
namespace api {

/// For an operation on the one that `GlobalTableName` names.
inline engine::ApiError no_such_global_table(JsonView body) {
  const std::string_view name = required_member(body, "GlobalTableName");
  return {"GlobalTableNotFoundException",
          "Global table with name: '" + std::string(name) + "' does not exist."};
}

}  // namespace api
