#pragma once

#include "engine/clock.h"
#include "engine/random.h"
#include "engine/table/catalog.h"
#include "storage/store.h"

namespace engine {

/// Copies of tables, as they were at a moment.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Backups {
 public:
  Backups(storage::Store& store, Catalog& catalog, const Clock& clock, Random& random)
      : store_(store), catalog_(catalog), clock_(clock), random_(random) {}

 private:
  [[maybe_unused]] storage::Store& store_;
  [[maybe_unused]] Catalog& catalog_;
  [[maybe_unused]] const Clock& clock_;
  [[maybe_unused]] Random& random_;
};

}  // namespace engine
