#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/backup/gzip.h"
#include "engine/backup/item_text.h"
#include "engine/backup/transfer.h"
#include "engine/backup/work.h"
#include "engine/bucket/buckets.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Puts the items that are in objects of a bucket into a new table. What is no item is counted, and
/// the first of it told.
class Importing final : public Work {
 public:
  struct Engine {
    storage::Store& store;
    Catalog& catalog;
    Buckets& buckets;
    Writer& writer;
    const Clock& clock;
  };
  /// `document` is the kind under which the import is kept in the store.
  Importing(const Engine& engine, std::string_view document, Import transfer,
            std::shared_ptr<const Table> table);

  bool step() override;

 private:
  void begin();
  bool open_next();
  bool read_some();
  void read_line(const std::string& line);
  void note_error(const std::string& message);
  void commit();
  void fail(const std::string& code, const std::string& message);
  void end(Transfer::Status status);
  void keep();

  const Engine engine_;
  const std::string document_;
  Import import_;
  const std::shared_ptr<const Table> table_;
  bool has_begun_ = false;
  std::string last_key_;               ///< Of the last object that was opened.
  std::unique_ptr<LineReader> lines_;  ///< Of the object that is being read.
  CsvReader csv_;
  std::vector<Write> pending_;
  std::map<std::string, std::size_t> pending_places_;  ///< In `pending_`, by key.
  long long replaced_ = 0;  ///< Items that a later one with the same key stands for.
};

}  // namespace engine
