// DescribeGlobalTableSettings: tells of a global table of 2017, region by region. There is none.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTableSettings.html

#include "api/dynamodb/global_table.h"
#include "api/dynamodb/operations.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeGlobalTableSettings");

}  // namespace

void describe_global_table_settings(Services&, const Call& call, std::string&) {
  input.check(call.body);
  throw no_such_global_table(call.body);
}

}  // namespace api
