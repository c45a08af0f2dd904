// ExportTableToPointInTime: a table as it was, or what has changed in it, in a bucket.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html

#include <chrono>

#include "api/dynamodb/backup_members.h"
#include "api/dynamodb/operations.h"
#include "api/dynamodb/payload_hash.h"
#include "api/dynamodb/transfer_members.h"
#include "api/shape.h"
#include "engine/api_error.h"
#include "engine/backup/transfers.h"
#include "engine/random.h"

namespace api {

namespace {

const Input& input = input_of("dynamodb", "ExportTableToPointInTime");

/// Developer Guide, "Requesting a table export": what an incremental export can be of.
constexpr auto window_min = std::chrono::minutes(15);
constexpr auto window_max = std::chrono::hours(24);

std::string text_of(JsonView body, std::string_view name) {
  const auto member = member_of(body, name);
  return member ? std::string(std::string_view(*member)) : std::string();
}

engine::ApiError invalid_export_time(const std::string& message) {
  return {"InvalidExportTimeException", message};
}

engine::Export read(JsonView body) {
  engine::Export wanted;
  wanted.client_token = text_of(body, "ClientToken");
  wanted.payload_hash = payload_hash("ExportTableToPointInTime", body);
  wanted.bucket = text_of(body, "S3Bucket");
  wanted.bucket_owner = text_of(body, "S3BucketOwner");
  wanted.prefix = text_of(body, "S3Prefix");
  wanted.sse_algorithm = text_of(body, "S3SseAlgorithm");
  wanted.sse_key = text_of(body, "S3SseKmsKeyId");
  wanted.shown = shown_members(
      body, {"S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId"});
  wanted.is_incremental = text_of(body, "ExportType") == "INCREMENTAL_EXPORT";
  if (text_of(body, "ExportFormat") == "ION") throw engine::not_supported("ExportFormat ION");
  if (wanted.is_incremental && member_of(body, "ExportTime")) {
    throw engine::validation_error("ExportTime can only be specified for a FULL_EXPORT");
  }
  if (!wanted.is_incremental && member_of(body, "IncrementalExportSpecification")) {
    throw engine::validation_error(
        "IncrementalExportSpecification can only be specified for an INCREMENTAL_EXPORT");
  }
  return wanted;
}

void require_restorable(engine::TimePoint time, engine::TimePoint earliest, engine::TimePoint now) {
  if (time >= earliest && time <= now) return;
  throw invalid_export_time(
      "The export time must be between EarliestRestorableDateTime and LatestRestorableDateTime");
}

void read_window(JsonView body, engine::Export& wanted, engine::TimePoint earliest,
                 engine::TimePoint now) {
  const auto specification = member_of(body, "IncrementalExportSpecification");
  const auto from = specification ? timestamp_of(*specification, "ExportFromTime") : std::nullopt;
  if (!from) {
    throw engine::validation_error("ExportFromTime must be specified for an INCREMENTAL_EXPORT");
  }
  wanted.from = restorable(*from, earliest);
  wanted.to = timestamp_of(*specification, "ExportToTime").value_or(now);
  wanted.has_old_images = text_of(*specification, "ExportViewType") != "NEW_IMAGE";
  require_restorable(wanted.from, earliest, now);
  require_restorable(wanted.to, earliest, now);
  const auto window = wanted.to - *from;
  if (window < window_min || window > window_max) {
    throw invalid_export_time(
        "ExportToTime must be at least 15 minutes and at most 24 hours after ExportFromTime");
  }
}

}  // namespace

void export_table_to_point_in_time(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  auto wanted = read(call.body);
  nlohmann::ordered_json answer;
  if (wanted.client_token.empty()) {
    wanted.client_token = services.random.uuid();
  } else if (const auto begun =
                 services.transfers.begun_export(wanted.client_token, wanted.payload_hash)) {
    answer["ExportDescription"] = export_description(*begun);
    out += answer.dump();
    return;
  }
  const auto table = table_for_backup(services, required_member(call.body, "TableArn"));
  const auto now = services.clock.now();
  const auto earliest = recovery_of(*table).earliest(now);
  if (wanted.is_incremental) {
    read_window(call.body, wanted, earliest, now);
  } else {
    wanted.moment = restorable(timestamp_of(call.body, "ExportTime").value_or(now), earliest);
    require_restorable(wanted.moment, earliest, now);
  }
  answer["ExportDescription"] =
      export_description(services.transfers.begin(std::move(wanted), table));
  out += answer.dump();
}

}  // namespace api
