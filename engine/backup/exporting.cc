#include "engine/backup/exporting.h"

#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/backup/backup.h"
#include "engine/digest.h"
#include "engine/documents.h"
#include "engine/hash.h"
#include "engine/time_text.h"
#include "engine/value/json.h"

namespace engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t items_in_one_step_max = 1000;
constexpr std::size_t bytes_in_one_step_max = 1 << 20;
/// An object holds 16 MiB, and a line may still be on its way through the compression.
constexpr std::size_t file_bytes_max = 8 << 20;

/// The first and last moment that an export asks of the table's history.
TimePoint first_of(const Export& e) { return e.is_incremental ? e.from - Duration(1) : e.moment; }
TimePoint last_of(const Export& e) { return e.is_incremental ? e.to - Duration(1) : e.moment; }

std::string base64(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

std::string utc(TimePoint time) { return iso_milliseconds(time) + "Z"; }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

Exporting::Exporting(storage::Store& store, Buckets& buckets, const Clock& clock,
                     std::string_view document, Export transfer, std::shared_ptr<const Table> table)
    : store_(store),
      buckets_(buckets),
      clock_(clock),
      document_(document),
      export_(std::move(transfer)),
      table_(std::move(table)),
      history_(store, *table_, first_of(export_), last_of(export_)) {}

bool Exporting::step() {
  try {
    if (!has_begun_) {
      begin();
    } else if (write_some()) {
      return true;
    } else {
      put_manifests();
      end(Transfer::Status::completed);
      return false;
    }
  } catch (const ApiError& error) {
    export_.failure_code = error.code == "NoSuchBucket" ? "S3NoSuchBucket" : error.code;
    export_.failure_message = error.message;
    end(Transfer::Status::failed);
    return false;
  }
  return true;
}

void Exporting::begin() {
  const auto bucket = buckets_.describe(export_.bucket);
  if (!export_.bucket_owner.empty() && export_.bucket_owner != bucket.account) {
    throw ApiError("S3AccessDenied", "Access Denied", 403);
  }
  put(folder() + "_started", "");
  has_begun_ = true;
}

/// Returns whether there may be more.
bool Exporting::write_some() {
  // What could not be written is tried again.
  if (!files_.empty() && !files_.back().bytes.empty()) put_file();
  std::size_t bytes = 0;
  for (std::size_t count = 0; count < items_in_one_step_max && bytes < bytes_in_one_step_max;
       ++count) {
    const auto past = history_.next();
    if (!past) {
      // At least one file, if only an empty one.
      if (items_in_file_ > 0 || files_.empty()) close_file();
      return false;
    }
    line_.clear();
    add_line(*past);
    if (line_.empty()) continue;
    bytes += line_.size();
    gzip_.add(line_);
    ++items_in_file_;
    ++export_.items;
    if (gzip_.size() > file_bytes_max) close_file();
  }
  return true;
}

void Exporting::add_line(const PastItem& past) {
  const auto add = [&](std::string_view name, MapView item) {
    line_.append(line_.empty() ? "{\"" : ",\"").append(name).append("\":");
    append_json(line_, item);
  };
  if (!export_.is_incremental) {
    const MapView item(*past.after);
    add("Item", item);
    export_.bytes += static_cast<long long>(item.size_bytes());
  } else {
    if (!past.changed) return;
    const MapView item(past.after ? *past.after : *past.before);
    line_ = R"({"Metadata":{"WriteTimestampMicros":{"N":")" +
            std::to_string(epoch_milliseconds(*past.changed) * 1000) + "\"}}";
    add("Keys", table_->key_attributes(item));
    if (past.before && export_.has_old_images) add("OldImage", MapView(*past.before));
    if (past.after) add("NewImage", MapView(*past.after));
    export_.bytes += static_cast<long long>(item.size_bytes());
  }
  line_.append("}\n");
}

void Exporting::close_file() {
  File file;
  file.key = key_of_file(files_.size());
  file.bytes = gzip_.finish();
  file.items = std::exchange(items_in_file_, 0);
  files_.push_back(std::move(file));
  gzip_ = GzipWriter();
  put_file();
}

void Exporting::put_file() {
  auto& file = files_.back();
  file.md5 = base64(md5(file.bytes));
  file.etag = put(file.key, file.bytes);
  file.bytes = {};
}

void Exporting::put_manifests() {
  std::string list;
  for (const auto& file : files_) {
    const Json line = {{"itemCount", file.items},
                       {"md5Checksum", file.md5},
                       {"etag", file.etag},
                       {"dataFileS3Key", file.key}};
    list += line.dump() + "\n";
  }
  Json summary = {{"version", export_.is_incremental ? "2023-08-01" : "2020-06-30"},
                  {"exportArn", export_.arn},
                  {"startTime", utc(export_.started)},
                  {"endTime", utc(clock_.now())},
                  {"tableArn", export_.table_arn},
                  {"tableId", export_.table_uuid}};
  if (export_.is_incremental) {
    summary["exportFromTime"] = utc(export_.from);
    summary["exportToTime"] = utc(export_.to);
  } else {
    summary["exportTime"] = utc(export_.moment);
  }
  summary["s3Bucket"] = export_.bucket;
  summary["s3Prefix"] = text_or_null(export_.prefix);
  summary["s3SseAlgorithm"] = text_or_null(export_.sse_algorithm);
  summary["s3SseKmsKeyId"] = text_or_null(export_.sse_key);
  summary["manifestFilesS3Key"] = folder() + "manifest-files.json";
  summary["billedSizeBytes"] = export_.bytes;
  summary["itemCount"] = export_.items;
  summary["outputFormat"] = "DYNAMODB_JSON";
  if (export_.is_incremental) {
    summary["outputView"] = export_.has_old_images ? "NEW_AND_OLD_IMAGES" : "NEW_IMAGE";
  }
  summary["exportType"] = export_.is_incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT";
  put_with_digest("manifest-files", list);
  put_with_digest("manifest-summary", summary.dump());
  export_.manifest = folder() + "manifest-summary.json";
}

void Exporting::end(Transfer::Status status) {
  export_.status = status;
  export_.ended = clock_.now();
  Documents(store_).put(document_, dated_id_of(export_.arn, "export"), encode(export_));
}

/// With a slash at its end.
std::string Exporting::folder() const {
  const std::string prefix = export_.prefix.empty() ? "" : export_.prefix + "/";
  return prefix + "AWSDynamoDB/" + std::string(dated_id_of(export_.arn, "export")) + "/";
}

/// Files of data have names that mean nothing: always the same for one export, so that one that is
/// begun anew leaves nothing behind. Those of incremental exports lie together.
std::string Exporting::key_of_file(std::size_t number) const {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  auto bits = mix(stable_hash(export_.arn) + number);
  std::string name;
  while (name.size() < 26) {
    name.push_back(letters[bits % letters.size()]);
    bits = mix(bits);
  }
  const std::string prefix = export_.prefix.empty() ? "" : export_.prefix + "/";
  const auto place = export_.is_incremental ? prefix + "AWSDynamoDB/" : folder();
  return place + "data/" + name + ".json.gz";
}

std::string Exporting::put(const std::string& key, std::string_view bytes) {
  return buckets_.put(export_.bucket, key, bytes, {}).etag;
}

void Exporting::put_with_digest(const std::string& name, const std::string& bytes) {
  put(folder() + name + ".json", bytes);
  put(folder() + name + ".md5", base64(md5(bytes)));
}

}  // namespace engine
