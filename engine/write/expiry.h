#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/chore.h"
#include "engine/clock.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Deletes the items whose time to live has passed, as soon as the clock has reached it, and lists
/// those that a table had before its time to live was enabled.
///
/// Safe to call from any thread.
class Expiry final : public Chore, private EndListener {
 public:
  /// It hears what `writer` writes as long as it lives.
  Expiry(const storage::Store& store, Catalog& catalog, Writer& writer);
  ~Expiry() override;
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;

  /// Time to live of the table has just been enabled: lists the items it has. Of a large table only
  /// some; the others are a chore. Throws `StorageError`, and then all of it is.
  void begin(const Table& table);

  std::optional<TimePoint> next_due() const override;
  void perform(TimePoint now) override;

 private:
  struct DueItem {
    std::shared_ptr<const Table> table;
    DueEntry entry;
  };
  /// Items found due. Those that have not been deleted when it ends are still due.
  struct DueItems {
    DueItems() = default;
    DueItems(const DueItems&) = delete;
    DueItems& operator=(const DueItems&) = delete;
    ~DueItems();

    std::vector<DueItem> items;
    std::size_t done = 0;
  };

  void on_sooner_end() override { tell_sooner(); }
  bool list_some(const Table& table);
  void collect(const std::shared_ptr<const Table>& table, TimePoint now, DueItems& due);
  void remove_some(DueItems& due, TimePoint now);

  const storage::Store& store_;
  Catalog& catalog_;
  Writer& writer_;
  /// Held while `TableLife::list_begins` is not to be trusted.
  mutable std::mutex perform_mutex_;
  /// The key of the entry to go on with, of lists whose mark is in the middle of a second. Guarded
  /// by `perform_mutex_`.
  std::map<std::uint32_t, std::string> deleted_up_to_;
  std::mutex list_mutex_;
  /// How far the items of a table are listed, by the number of its time to live: the key to go on
  /// with. Guarded by `list_mutex_`.
  std::map<std::uint32_t, std::string> listed_up_to_;
};

}  // namespace engine
