#pragma once

#include <map>
#include <mutex>
#include <string>

#include "engine/chore.h"
#include "engine/table/catalog.h"
#include "storage/store.h"

namespace engine {

/// Removes from undo logs the days that no moment of the recovery period needs any more.
///
/// Safe to call from any thread.
class RecoveryTrim final : public Chore {
 public:
  RecoveryTrim(storage::Store& store, const Catalog& catalog, const Clock& clock);

  /// Its recovery has been enabled, or has another period.
  void watch(const Table& table);

  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  TimePoint due_of(const Recovery& recovery, TimePoint now) const;

  storage::Store& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  /// When to look at a table next, by its name. Guarded by `mutex_`.
  std::map<std::string, TimePoint, std::less<>> due_;
};

}  // namespace engine
