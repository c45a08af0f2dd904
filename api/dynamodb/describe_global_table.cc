// DescribeGlobalTable: tells of a global table of 2017. There is none.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTable.html

#include "api/dynamodb/global_table.h"
#include "api/dynamodb/operations.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeGlobalTable");

}  // namespace

void describe_global_table(Services&, const Call& call, std::string&) {
  input.check(call.body);
  throw no_such_global_table(call.body);
}

}  // namespace api
