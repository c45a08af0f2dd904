#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>

#include "engine/limits.h"
#include "engine/read/key_range.h"
#include "engine/read/source.h"
#include "storage/store.h"

namespace engine {

/// A page of a Query or a Scan: items in the order of their keys, until there are enough of them or
/// they are too large together (dynamodb.md 8.3).
struct PageRequest {
  const Source& source;
  KeyRange range;
  bool is_forward = true;
  std::size_t items_max = std::numeric_limits<std::size_t>::max();
  std::size_t bytes_max = limits::page_bytes_max;
  /// Of a local index, which does not hold all attributes: reads the items themselves.
  bool fetches_items = false;
};

/// Where a page ended, and what it took.
struct PageEnd {
  std::size_t items = 0;  ///< That were read, whether anybody wanted them or not.
  std::size_t bytes = 0;  ///< Of what was read in the range.
  /// Of whole items that were read from the table besides, in blocks of 4 KB: each rounded up.
  std::size_t fetched_blocks = 0;
  /// `LastEvaluatedKey`, if more may follow.
  std::optional<Item> last_key;
};

/// Gives each item to `visit`, which it is only valid for. Holds no more than one of them. What is
/// read is as it was when the page was begun.
PageEnd read_page(const storage::Store& store, const PageRequest& request,
                  const std::function<void(MapView item)>& visit);

}  // namespace engine
