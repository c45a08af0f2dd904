// UpdateContinuousBackups: keep what items were, so that a table can be had as it was, or stop.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backups.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "UpdateContinuousBackups");

engine::TableChange read(JsonView body) {
  engine::TableChange change;
  const auto specification = required_member(body, "PointInTimeRecoverySpecification");
  const bool is_enabled = boolean_of(required_member(specification, "PointInTimeRecoveryEnabled"));
  const auto days = member_of(specification, "RecoveryPeriodInDays");
  if (!is_enabled && days) {
    throw engine::invalid_parameter_values(
        "RecoveryPeriodInDays can only be specified when PointInTimeRecoveryEnabled is true");
  }
  change.disable_recovery = !is_enabled;
  if (is_enabled) {
    change.enable_recovery =
        days ? static_cast<int>(integer_of(*days)) : engine::limits::recovery_days_max;
  }
  return change;
}

}  // namespace

void update_continuous_backups(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto change = read(call.body);
  const auto before = table_for_backup(services, required_member(call.body, "TableName"));
  if (before->status == engine::TableStatus::creating) {
    throw engine::ApiError(
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: " + before->name + ". Please retry later");
  }
  const auto table = services.catalog.update(before->name, change);
  services.backups.watch(*table);

  nlohmann::ordered_json answer;
  answer["ContinuousBackupsDescription"] =
      continuous_backups_description(*table, services.clock.now());
  out += answer.dump();
}

}  // namespace api
