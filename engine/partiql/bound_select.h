#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "engine/capacity.h"
#include "engine/partiql/bound_read.h"
#include "engine/read/reader.h"

namespace engine::partiql {

/// A SELECT of any number of items, page by page: a query if WHERE names the partitions it can hold
/// in, one after the other if they are several, and otherwise a scan.
class BoundSelect {
 public:
  /// Of a statement that does not name one item. Throws ValidationException for what the table's
  /// schema, or the index, refuses.
  explicit BoundSelect(BoundRead read);
  ~BoundSelect();
  BoundSelect(BoundSelect&&) noexcept;
  BoundSelect& operator=(BoundSelect&&) noexcept;

  const Source& source() const;

  struct Page {
    /// `LastEvaluatedKey`, if more may follow.
    std::optional<Item> last_key;
    Capacity capacity;
  };
  /// Reads at most `items_max` items, and gives what is selected of those that are as WHERE
  /// demands. `after`: the last key of the page before; one that the statement could not have come
  /// to reads nothing. May throw `StorageError`.
  Page read(const Reader& reader, std::size_t items_max, const std::optional<Item>& after,
            const std::function<void(MapView item)>& visit) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace engine::partiql
