#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/backup/gzip.h"
#include "engine/backup/history.h"
#include "engine/backup/transfer.h"
#include "engine/backup/work.h"
#include "engine/bucket/buckets.h"
#include "engine/table/table.h"
#include "storage/store.h"

namespace engine {

/// Writes a table into a bucket: files of data, and the manifests that tell of them (Amazon
/// DynamoDB Developer Guide, "DynamoDB table export output format").
class Exporting final : public Work {
 public:
  /// `document` is the kind under which the export is kept in the store.
  Exporting(storage::Store& store, Buckets& buckets, const Clock& clock, std::string_view document,
            Export transfer, std::shared_ptr<const Table> table);

  bool step() override;

 private:
  struct File {
    std::string key;
    std::string bytes;  ///< Nothing once it is in the bucket.
    std::string md5;
    std::string etag;
    long long items = 0;
  };

  void begin();
  bool write_some();
  void add_line(const PastItem& past);
  void close_file();
  void put_file();
  void put_manifests();
  void end(Transfer::Status status);
  std::string folder() const;
  std::string key_of_file(std::size_t number) const;
  std::string put(const std::string& key, std::string_view bytes);
  void put_with_digest(const std::string& name, const std::string& bytes);

  storage::Store& store_;
  Buckets& buckets_;
  const Clock& clock_;
  const std::string document_;
  Export export_;
  const std::shared_ptr<const Table> table_;
  History history_;
  bool has_begun_ = false;
  GzipWriter gzip_;
  long long items_in_file_ = 0;
  std::string line_;
  std::vector<File> files_;
};

}  // namespace engine
