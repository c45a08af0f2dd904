// CreateBackup: a copy of a table as it is now.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backups.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "CreateBackup");

}  // namespace

void create_backup(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto table = table_for_backup(services, required_member(call.body, "TableName"));
  if (table->status == engine::TableStatus::creating) {
    throw engine::ApiError(
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: " + table->name + ". Please retry later");
  }
  const auto backup = services.backups.create(table, required_member(call.body, "BackupName"));
  nlohmann::ordered_json answer;
  answer["BackupDetails"] = backup_details(backup);
  out += answer.dump();
}

}  // namespace api
