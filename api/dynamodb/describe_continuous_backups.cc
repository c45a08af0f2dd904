// DescribeContinuousBackups: whether a table can be had as it was, and how far back.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/shape.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeContinuousBackups");

}  // namespace

void describe_continuous_backups(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = table_for_backup(services, required_member(call.body, "TableName"));
  nlohmann::ordered_json answer;
  answer["ContinuousBackupsDescription"] =
      continuous_backups_description(*table, services.clock.now());
  out += answer.dump();
}

}  // namespace api
