// RestoreTableFromBackup: a new table with the items of a backup.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableFromBackup.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/restore_members.h"
#include "api/shape.h"
#include "engine/backup/backups.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "RestoreTableFromBackup");

}  // namespace

void restore_table_from_backup(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto backup = services.backups.existing(required_member(call.body, "BackupArn"));
  const std::string_view name = required_member(call.body, "TargetTableName");
  auto spec = engine::spec_of(*backup.table, std::string(name));
  apply_overrides(call.body, call.caller, spec);
  const auto table = services.backups.restore(backup, std::move(spec), call.caller);
  out += restored_table(*table, services.clock.now()).dump();
}

}  // namespace api
