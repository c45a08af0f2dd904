// ListBackups: the backups there are, a page at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListBackups.html

#include <algorithm>

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/backups.h"
#include "engine/limits.h"
#include "engine/table/catalog.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ListBackups");

struct Request {
  std::string_view table_name;
  std::string_view after;
  std::optional<engine::TimePoint> from;  ///< The first moment that counts,
  std::optional<engine::TimePoint> to;    ///< and the first that no longer does.
  bool wants_users = true;                ///< All of ours are users'.
  std::size_t limit = engine::limits::list_backups_max;
};

Request read(JsonView body) {
  Request request;
  if (const auto name = member_of(body, "TableName")) {
    request.table_name = engine::table_name_of(*name);
  }
  if (const auto after = member_of(body, "ExclusiveStartBackupArn")) {
    request.after = *after;
    if (engine::dated_id_of(request.after, "backup").empty()) {
      throw engine::validation_error("Invalid Backup ARN");
    }
  }
  request.from = timestamp_of(body, "TimeRangeLowerBound");
  request.to = timestamp_of(body, "TimeRangeUpperBound");
  if (const auto type = member_of(body, "BackupType")) {
    const std::string_view name = *type;
    request.wants_users = name == "USER" || name == "ALL";
  }
  request.limit = limit_of(body, request.limit);
  return request;
}

nlohmann::ordered_json summary(const engine::Backup& backup) {
  nlohmann::ordered_json summary = {{"TableName", backup.table->name},
                                    {"TableId", backup.table->uuid},
                                    {"TableArn", backup.table->arn}};
  summary.update(backup_details(backup));
  return summary;
}

}  // namespace

void list_backups(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto request = read(call.body);
  std::vector<engine::Backup> backups;
  if (request.wants_users) {
    backups = services.backups.list(request.table_name, request.after);
    std::erase_if(backups, [&](const engine::Backup& backup) {
      return (request.from && backup.created < *request.from) ||
             (request.to && backup.created >= *request.to);
    });
  }
  const bool is_cut = backups.size() > request.limit;
  if (is_cut) backups.resize(request.limit);

  nlohmann::ordered_json answer = {{"BackupSummaries", nlohmann::ordered_json::array()}};
  for (const auto& backup : backups) answer["BackupSummaries"].push_back(summary(backup));
  if (is_cut) answer["LastEvaluatedBackupArn"] = backups.back().arn;
  out += answer.dump();
}

}  // namespace api
