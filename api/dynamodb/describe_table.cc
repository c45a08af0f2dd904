// DescribeTable: what a table is, and how large.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/table_description.h"
#include "api/member.h"
#include "api/shape.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeTable");

}  // namespace

void describe_table(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = services.catalog.existing(required_member(call.body, "TableName"));
  nlohmann::ordered_json answer;
  answer["Table"] = full_table_description(services, *table);
  out += answer.dump();
}

}  // namespace api
