#include "api/dynamodb/transfer_members.h"

#include "api/dynamodb/backup_members.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;

void add_shown(Json& description, const engine::Transfer& transfer) {
  const auto shown = Json::parse(transfer.shown, nullptr, false);
  if (shown.is_object()) description.update(shown);
}

void add_end(Json& description, const engine::Transfer& transfer) {
  if (transfer.ended) description["EndTime"] = timestamp(*transfer.ended);
  if (!transfer.failure_code.empty()) {
    description["FailureCode"] = transfer.failure_code;
    description["FailureMessage"] = transfer.failure_message;
  }
}

}  // namespace

std::string shown_members(JsonView body, std::initializer_list<std::string_view> names) {
  std::string shown = "{";
  for (const auto name : names) {
    const auto member = member_of(body, name);
    if (!member) continue;
    if (shown.size() > 1) shown += ',';
    shown.append("\"").append(name).append("\":").append(simdjson::minify(*member));
  }
  return shown + "}";
}

Json export_description(const engine::Export& transfer) {
  Json description = {{"ExportArn", transfer.arn},
                      {"ExportStatus", engine::status_name(transfer.status)},
                      {"StartTime", timestamp(transfer.started)},
                      {"TableArn", transfer.table_arn},
                      {"TableId", transfer.table_uuid},
                      {"ClientToken", transfer.client_token}};
  add_shown(description, transfer);
  description["ExportFormat"] = "DYNAMODB_JSON";
  description["ExportType"] = transfer.is_incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT";
  if (transfer.is_incremental) {
    description["IncrementalExportSpecification"] = {
        {"ExportFromTime", timestamp(transfer.from)},
        {"ExportToTime", timestamp(transfer.to)},
        {"ExportViewType", transfer.has_old_images ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE"}};
  } else {
    description["ExportTime"] = timestamp(transfer.moment);
  }
  add_end(description, transfer);
  if (transfer.status == engine::Transfer::Status::completed) {
    description["ExportManifest"] = transfer.manifest;
    description["BilledSizeBytes"] = transfer.bytes;
    description["ItemCount"] = transfer.items;
  }
  return description;
}

Json import_description(const engine::Import& transfer) {
  Json description = {{"ImportArn", transfer.arn},
                      {"ImportStatus", engine::status_name(transfer.status)},
                      {"TableArn", transfer.table_arn},
                      {"TableId", transfer.table_uuid},
                      {"ClientToken", transfer.client_token}};
  add_shown(description, transfer);
  if (!description.contains("InputCompressionType")) description["InputCompressionType"] = "NONE";
  description["StartTime"] = timestamp(transfer.started);
  add_end(description, transfer);
  description["ErrorCount"] = transfer.errors;
  description["ProcessedSizeBytes"] = transfer.processed_bytes;
  description["ProcessedItemCount"] = transfer.processed_items;
  description["ImportedItemCount"] = transfer.imported_items;
  return description;
}

}  // namespace api
