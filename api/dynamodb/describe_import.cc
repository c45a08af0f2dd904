// DescribeImport: how an import is getting on.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeImport.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/backup/transfers.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeImport");

}  // namespace

void describe_import(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto transfer = services.transfers.existing_import(required_member(call.body, "ImportArn"));
  nlohmann::ordered_json answer;
  answer["ImportTableDescription"] = import_description(transfer);
  out += answer.dump();
}

}  // namespace api
