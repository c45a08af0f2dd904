// CreateGlobalTable: of the version of 2017, which AWS makes no longer.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTable.html

#include "api/dynamodb/operations.h"
#include "api/shape.h"
#include "engine/api_error.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "CreateGlobalTable");

}  // namespace

void create_global_table(Services&, const Call& call, std::string&) {
  input.check(call.body);
  throw engine::invalid_parameter_values(
      "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
      "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).");
}

}  // namespace api
