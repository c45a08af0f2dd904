#include "engine/backup/transfer.h"

#include <nlohmann/json.hpp>

#include "storage/error.h"

namespace engine {

namespace {

using nlohmann::json;

json parse(std::string_view bytes) {
  auto in = json::parse(bytes, nullptr, false);
  if (!in.is_object()) throw storage::StorageError("an export or import in the store is damaged");
  return in;
}

json common_json(const Transfer& transfer) {
  json out = {{"arn", transfer.arn},
              {"status", status_name(transfer.status)},
              {"started", epoch_milliseconds(transfer.started)},
              {"tableName", transfer.table_name},
              {"tableArn", transfer.table_arn},
              {"tableUuid", transfer.table_uuid},
              {"clientToken", transfer.client_token},
              {"payloadHash", transfer.payload_hash},
              {"bucket", transfer.bucket},
              {"bucketOwner", transfer.bucket_owner},
              {"prefix", transfer.prefix},
              {"failureCode", transfer.failure_code},
              {"failureMessage", transfer.failure_message},
              {"shown", transfer.shown}};
  if (transfer.ended) out["ended"] = epoch_milliseconds(*transfer.ended);
  return out;
}

void read_common(const json& in, Transfer& transfer) {
  transfer.arn = in.at("arn");
  const std::string status = in.at("status");
  transfer.status = status == "COMPLETED" ? Transfer::Status::completed
                    : status == "FAILED"  ? Transfer::Status::failed
                                          : Transfer::Status::in_progress;
  transfer.started = from_epoch_milliseconds(in.at("started"));
  if (in.contains("ended")) transfer.ended = from_epoch_milliseconds(in.at("ended"));
  transfer.table_name = in.at("tableName");
  transfer.table_arn = in.at("tableArn");
  transfer.table_uuid = in.at("tableUuid");
  transfer.client_token = in.at("clientToken");
  transfer.payload_hash = in.at("payloadHash");
  transfer.bucket = in.at("bucket");
  transfer.bucket_owner = in.at("bucketOwner");
  transfer.prefix = in.at("prefix");
  transfer.failure_code = in.at("failureCode");
  transfer.failure_message = in.at("failureMessage");
  transfer.shown = in.at("shown");
}

}  // namespace

std::string_view status_name(Transfer::Status status) {
  switch (status) {
    case Transfer::Status::completed:
      return "COMPLETED";
    case Transfer::Status::failed:
      return "FAILED";
    default:
      return "IN_PROGRESS";
  }
}

std::string encode(const Export& transfer) {
  auto out = common_json(transfer);
  out["isIncremental"] = transfer.is_incremental;
  out["moment"] = epoch_milliseconds(transfer.moment);
  out["from"] = epoch_milliseconds(transfer.from);
  out["to"] = epoch_milliseconds(transfer.to);
  out["hasOldImages"] = transfer.has_old_images;
  out["sseAlgorithm"] = transfer.sse_algorithm;
  out["sseKey"] = transfer.sse_key;
  out["manifest"] = transfer.manifest;
  out["items"] = transfer.items;
  out["bytes"] = transfer.bytes;
  // What clients say need not be UTF-8 to the last byte.
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Export export_of(std::string_view bytes) {
  const auto in = parse(bytes);
  Export transfer;
  read_common(in, transfer);
  transfer.is_incremental = in.at("isIncremental");
  transfer.moment = from_epoch_milliseconds(in.at("moment"));
  transfer.from = from_epoch_milliseconds(in.at("from"));
  transfer.to = from_epoch_milliseconds(in.at("to"));
  transfer.has_old_images = in.at("hasOldImages");
  transfer.sse_algorithm = in.at("sseAlgorithm");
  transfer.sse_key = in.at("sseKey");
  transfer.manifest = in.at("manifest");
  transfer.items = in.at("items");
  transfer.bytes = in.at("bytes");
  return transfer;
}

std::string encode(const Import& transfer) {
  auto out = common_json(transfer);
  out["isCsv"] = transfer.format == ImportFormat::csv;
  out["isGzip"] = transfer.is_gzip;
  out["delimiter"] = std::string(1, transfer.delimiter);
  out["header"] = transfer.header;
  out["errors"] = transfer.errors;
  out["processedItems"] = transfer.processed_items;
  out["importedItems"] = transfer.imported_items;
  out["processedBytes"] = transfer.processed_bytes;
  out["isFilled"] = transfer.is_filled;
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Import import_of(std::string_view bytes) {
  const auto in = parse(bytes);
  Import transfer;
  read_common(in, transfer);
  transfer.format = in.at("isCsv") ? ImportFormat::csv : ImportFormat::dynamodb_json;
  transfer.is_gzip = in.at("isGzip");
  transfer.delimiter = in.at("delimiter").get<std::string>().at(0);
  transfer.header = in.at("header");
  transfer.errors = in.at("errors");
  transfer.processed_items = in.at("processedItems");
  transfer.imported_items = in.at("importedItems");
  transfer.processed_bytes = in.at("processedBytes");
  transfer.is_filled = in.at("isFilled");
  return transfer;
}

}  // namespace engine
