// DescribeBackup: a backup, and the table that it is of.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeBackup.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/shape.h"
#include "engine/backup/backups.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "DescribeBackup");

}  // namespace

void describe_backup(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto backup = services.backups.existing(required_member(call.body, "BackupArn"));
  nlohmann::ordered_json answer;
  answer["BackupDescription"] = backup_description(backup);
  out += answer.dump();
}

}  // namespace api
