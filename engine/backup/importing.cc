#include "engine/backup/importing.h"

#include "engine/api_error.h"
#include "engine/backup/backup.h"
#include "engine/backup/filling.h"
#include "engine/documents.h"
#include "engine/limits.h"
#include "engine/table/index_keys.h"

namespace engine {

namespace {

constexpr std::size_t lines_in_one_step_max = 500;
constexpr std::size_t bytes_in_one_step_max = 1 << 20;

/// What an item to put must be (dynamodb.md 4.4, 4.5). Its key in the store.
std::string checked_key(const Table& table, const Item& item) {
  auto key = table.key_of(item);
  require_index_keys(table, item);
  if (item.size_bytes() > limits::item_bytes_max) {
    throw validation_error("Item size has exceeded the maximum allowed size");
  }
  return key;
}

}  // namespace

Importing::Importing(const Engine& engine, std::string_view document, Import transfer,
                     std::shared_ptr<const Table> table)
    : engine_(engine),
      document_(document),
      import_(std::move(transfer)),
      table_(std::move(table)),
      csv_(*table_, import_.delimiter) {}

bool Importing::step() {
  try {
    if (!import_.is_filled) {
      if (!has_begun_) begin();
      if (read_some()) return true;
      import_.is_filled = true;
    }
    keep();
  } catch (const ApiError& error) {
    const bool is_gone = error.code == "ResourceNotFoundException";
    const bool has_no_bucket = error.code == "NoSuchBucket";
    fail(is_gone ? "TableNotFound" : has_no_bucket ? "S3NoSuchBucket" : error.code, error.message);
    return false;
  }
  engine_.catalog.made(*table_);
  if (import_.errors > 0) import_.failure_code = "ItemValidationError";
  end(Transfer::Status::completed);
  return false;
}

void Importing::begin() {
  const auto bucket = engine_.buckets.describe(import_.bucket);
  if (!import_.bucket_owner.empty() && import_.bucket_owner != bucket.account) {
    throw ApiError("S3AccessDenied", "Access Denied", 403);
  }
  ObjectQuery query{.prefix = import_.prefix};
  query.limit = 1;
  if (engine_.buckets.list_objects(import_.bucket, query).objects.empty()) {
    throw ApiError("S3NoSuchKey", "No object has a key with the prefix");
  }
  has_begun_ = true;
}

/// Opens the next object. Nothing if that was the last.
bool Importing::open_next() {
  ObjectQuery query{.prefix = import_.prefix};
  query.after = last_key_;
  query.limit = 1;
  const auto page = engine_.buckets.list_objects(import_.bucket, query);
  if (page.objects.empty()) return false;
  auto object = engine_.buckets.get(import_.bucket, page.last);
  last_key_ = page.last;
  if (object && !object->bytes.empty()) {
    lines_ = std::make_unique<LineReader>(std::move(object->bytes), import_.is_gzip);
    csv_.set_header(import_.header);
  }
  return true;
}

/// Returns whether there is more.
bool Importing::read_some() {
  commit();  // What could not be written is tried again.
  const auto bytes_before = import_.processed_bytes;
  for (std::size_t count = 0; count < lines_in_one_step_max; ++count) {
    if (import_.processed_bytes - bytes_before > static_cast<long long>(bytes_in_one_step_max)) {
      break;
    }
    if (!lines_) {
      if (!open_next()) {
        commit();
        return false;
      }
      continue;
    }
    try {
      const auto line = lines_->next();
      if (line) {
        read_line(*line);
      } else {
        lines_.reset();
      }
    } catch (const LineReader::Damaged&) {
      note_error("The rest of the object cannot be read");
      lines_.reset();
    }
  }
  return true;
}

void Importing::read_line(const std::string& line) {
  import_.processed_bytes += static_cast<long long>(line.size()) + 1;
  if (line.find_first_not_of(" \t") == std::string::npos) return;
  Write write;
  try {
    const bool is_csv = import_.format == ImportFormat::csv;
    if (is_csv && !csv_.has_header()) return csv_.set_header(csv_.values_of(line));
    ++import_.processed_items;
    auto item = is_csv ? csv_.item_of(line) : item_of_json_line(line);
    write.key = checked_key(*table_, item);
    write.change = [item = std::move(item)](const Item*) { return item; };
  } catch (const ApiError& error) {
    return note_error(error.message);
  }
  write.table = table_;
  write.is_free = true;
  // Of items with one key the last stays.
  const auto [place, is_new] = pending_places_.try_emplace(write.key, pending_.size());
  if (is_new) {
    pending_.push_back(std::move(write));
  } else {
    pending_[place->second] = std::move(write);
    ++replaced_;
  }
}

void Importing::note_error(const std::string& message) {
  ++import_.errors;
  if (!import_.failure_message.empty()) return;
  import_.failure_message =
      "Some of the items failed validation checks and were not imported. The first, in " +
      last_key_ + ": " + message;
}

void Importing::commit() {
  if (pending_.empty()) return;
  engine_.writer.apply_all(pending_);
  import_.imported_items += static_cast<long long>(pending_.size()) + replaced_;
  pending_.clear();
  pending_places_.clear();
  replaced_ = 0;
}

/// There is no table then.
void Importing::fail(const std::string& code, const std::string& message) {
  abandon(engine_.catalog, *table_);
  import_.failure_code = code;
  import_.failure_message = message;
  end(Transfer::Status::failed);
}

void Importing::end(Transfer::Status status) {
  import_.status = status;
  import_.ended = engine_.clock.now();
  keep();
}

void Importing::keep() {
  Documents(engine_.store).put(document_, dated_id_of(import_.arn, "import"), encode(import_));
}

}  // namespace engine
