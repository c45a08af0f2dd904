#pragma once

#include "engine/bucket/buckets.h"
#include "engine/clock.h"
#include "engine/random.h"
#include "engine/table/catalog.h"
#include "storage/store.h"

namespace engine {

/// Exports of tables to buckets, and imports from there.
///
/// Safe to call from any thread. May throw `storage::StorageError`.
class Transfers {
 public:
  Transfers(storage::Store& store, Catalog& catalog, Buckets& buckets, const Clock& clock,
            Random& random)
      : store_(store), catalog_(catalog), buckets_(buckets), clock_(clock), random_(random) {}

 private:
  [[maybe_unused]] storage::Store& store_;
  [[maybe_unused]] Catalog& catalog_;
  [[maybe_unused]] Buckets& buckets_;
  [[maybe_unused]] const Clock& clock_;
  [[maybe_unused]] Random& random_;
};

}  // namespace engine
