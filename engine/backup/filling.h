#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/backup/history.h"
#include "engine/backup/work.h"
#include "engine/table/catalog.h"
#include "engine/write/writer.h"
#include "storage/store.h"

namespace engine {

/// Gives items of some table one after the other, with their keys in the store; nothing at the end.
using ItemSource = std::function<std::optional<storage::Entry>()>;

/// What lies in the column of items under one number.
ItemSource items_under(const storage::Store& store, std::uint32_t id);
/// The items of a table as they were at a moment.
ItemSource items_at(const storage::Store& store, const Table& table, TimePoint moment);

/// The new table will never have its items: it goes. Where tables take time to be made it stays,
/// with what it has.
void abandon(Catalog& catalog, const Table& table);

/// Puts items into a new table whose keys are those of the source's; then the table is active.
class Filling final : public Work {
 public:
  /// `on_end` is called when the table has all items, or is gone.
  Filling(Catalog& catalog, Writer& writer, std::shared_ptr<const Table> table, ItemSource source,
          std::function<void()> on_end);

  bool step() override;

 private:
  bool fill();

  Catalog& catalog_;
  Writer& writer_;
  const std::shared_ptr<const Table> table_;
  const ItemSource source_;
  const std::function<void()> on_end_;
  std::vector<Write> pending_;  ///< Taken from the source, not yet in the table.
};

}  // namespace engine
