// RestoreTableToPointInTime: a new table with the items that another one had at a moment.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_RestoreTableToPointInTime.html

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/restore_members.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backups.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "RestoreTableToPointInTime");

std::string_view source_of(JsonView body) {
  const auto name = member_of(body, "SourceTableName");
  const auto arn = member_of(body, "SourceTableArn");
  if (!name == !arn) {
    throw engine::validation_error(
        "Exactly one of SourceTableName and SourceTableArn must be specified");
  }
  return name ? *name : *arn;
}

/// Nothing: the latest.
std::optional<engine::TimePoint> moment_of(JsonView body) {
  const auto moment = timestamp_of(body, "RestoreDateTime");
  const auto latest = member_of(body, "UseLatestRestorableTime");
  const bool wants_latest = latest && boolean_of(*latest);
  if (moment.has_value() == wants_latest) {
    throw engine::validation_error(
        "Exactly one of RestoreDateTime and UseLatestRestorableTime must be specified");
  }
  return moment;
}

}  // namespace

void restore_table_to_point_in_time(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto source_name = source_of(call.body);
  const auto wanted = moment_of(call.body);
  const auto source = table_for_backup(services, source_name);
  const auto now = services.clock.now();
  const auto earliest = recovery_of(*source).earliest(now);
  const auto moment = restorable(wanted.value_or(now), earliest);
  if (moment < earliest || moment > now) {
    throw engine::ApiError("InvalidRestoreTimeException",
                           "An invalid restore time was specified. RestoreDateTime must be between "
                           "EarliestRestorableDateTime and LatestRestorableDateTime.");
  }
  const std::string_view name = required_member(call.body, "TargetTableName");
  auto spec = engine::spec_of(*source, std::string(name));
  apply_overrides(call.body, call.caller, spec);
  const auto table = services.backups.restore(*source, moment, std::move(spec), call.caller);
  out += restored_table(*table, now).dump();
}

}  // namespace api
