#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arn.h"
#include "engine/backup/transfer.h"
#include "engine/backup/work.h"
#include "engine/bucket/buckets.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Exports of tables to buckets, and imports from there.
///
/// Small ones are done before a call returns, large ones behind it; what was not done when the
/// program ended is begun anew.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Transfers {
 public:
  /// What transfers need, all of which outlives them.
  struct Engine {
    storage::Store& store;
    Catalog& catalog;
    Buckets& buckets;
    Writer& writer;
    WorkQueue& work;
    const Clock& clock;
    Random& random;
  };
  explicit Transfers(const Engine& engine);

  /// Begins `wanted`, of which the members of the request are filled in, and returns it in
  /// progress.
  Export begin(Export wanted, const std::shared_ptr<const Table>& table);
  /// Likewise, into a new table. Throws `ApiError` (ResourceInUseException).
  Import begin(Import wanted, TableSpec spec, const Caller& caller);

  /// The one that was begun with this token within the last eight hours. Throws `ApiError`
  /// (ExportConflictException, ImportConflictException) if that was another request.
  std::optional<Export> begun_export(std::string_view token, std::uint64_t payload_hash) const;
  std::optional<Import> begun_import(std::string_view token, std::uint64_t payload_hash) const;

  /// By ARN. Throws `ApiError` (ExportNotFoundException, ImportNotFoundException).
  Export existing_export(std::string_view arn) const;
  Import existing_import(std::string_view arn) const;
  /// Of the last 90 days, the oldest first; of one table only, if an ARN is given; those whose ids
  /// are after `after`.
  std::vector<Export> exports(std::string_view table_arn, std::string_view after) const;
  std::vector<Import> imports(std::string_view table_arn, std::string_view after) const;

 private:
  std::string new_id();
  std::unique_ptr<Work> importing(Import transfer, std::shared_ptr<const Table> table);
  void resume_exports();
  void resume_imports();

  const Engine engine_;
  std::mutex begin_mutex_;  ///< Held until what begins can be found by its token.
  std::mutex mutex_;
  TimePoint last_id_;  ///< Guarded by `mutex_`: ids ascend also while the clock stands still.
};

}  // namespace engine
