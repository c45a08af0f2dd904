// DescribeTableReplicaAutoScaling: what was asked of the auto scaling of a table.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html

#include "api/dynamodb/auto_scaling.h"
#include "api/dynamodb/operations.h"
#include "api/member.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeTableReplicaAutoScaling");

}  // namespace

void describe_table_replica_auto_scaling(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = services.catalog.existing(required_member(call.body, "TableName"));
  nlohmann::ordered_json answer;
  answer["TableAutoScalingDescription"] = auto_scaling_description(services, *table);
  out += answer.dump();
}

}  // namespace api
