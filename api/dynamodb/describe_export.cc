// DescribeExport: how an export is getting on.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html

#include "api/dynamodb/operations.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/backup/transfers.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeExport");

}  // namespace

void describe_export(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto transfer = services.transfers.existing_export(required_member(call.body, "ExportArn"));
  nlohmann::ordered_json answer;
  answer["ExportDescription"] = export_description(transfer);
  out += answer.dump();
}

}  // namespace api
