#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/change.h"
#include "engine/table/table.h"

namespace engine {

/// What exports and imports have in common.
struct Transfer {
  enum class Status { in_progress, completed, failed };

  std::string arn;
  Status status = Status::in_progress;
  TimePoint started;
  std::optional<TimePoint> ended;
  std::string table_name;
  std::string table_arn;
  std::string table_uuid;
  std::string client_token;
  std::uint64_t payload_hash = 0;  ///< Of the request: what the token stands for.
  std::string bucket;
  std::string bucket_owner;  ///< Empty: anybody.
  std::string prefix;
  std::string failure_code;  ///< Empty: all went well.
  std::string failure_message;
  /// What of the request is only shown: a JSON object with the members of the description.
  std::string shown = "{}";
};

/// `IN_PROGRESS`, ...
std::string_view status_name(Transfer::Status status);

/// A table in a bucket: all of its items at a moment, or the changes between two.
struct Export : Transfer {
  bool is_incremental = false;
  TimePoint moment;  ///< Of a full export.
  TimePoint from;    ///< Of an incremental one: the first moment that counts,
  TimePoint to;      ///< and the first that no longer does.
  bool has_old_images = true;
  std::string sse_algorithm;
  std::string sse_key;
  std::string manifest;  ///< The key of its summary.
  long long items = 0;
  long long bytes = 0;
};

/// Amazon DynamoDB API Reference, ListExports and ListImports: of one page.
inline constexpr std::size_t list_transfers_max = 25;

enum class ImportFormat { dynamodb_json, csv };

/// Objects of a bucket, in a new table.
struct Import : Transfer {
  ImportFormat format = ImportFormat::dynamodb_json;
  bool is_gzip = false;
  char delimiter = ',';
  std::vector<std::string> header;  ///< Of CSV; empty: the first line of each object.
  long long errors = 0;
  long long processed_items = 0;
  long long imported_items = 0;
  long long processed_bytes = 0;
  bool is_filled = false;  ///< The table has all items; only this has not been told yet.
};

/// As they are kept in the store.
std::string encode(const Export& transfer);
std::string encode(const Import& transfer);
Export export_of(std::string_view bytes);
Import import_of(std::string_view bytes);

}  // namespace engine
