#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table/index.h"

namespace engine {

enum class Distance { cosine, dot_product, euclidean };

/// `COSINE`, `DOT_PRODUCT`, `EUCLIDEAN`.
std::string_view distance_name(Distance distance);
/// `name` is one of these.
Distance distance_of(std::string_view name);

/// An index by nearness: of those items that have a vector of the right length, and a value for
/// each HASH attribute of the search schema (dynamodb.md 18). Never changes itself; its versions
/// share `size`.
struct VectorIndex {
  std::uint32_t id = 0;  ///< Prefix of its entries' keys: of the same numbers as tables.
  std::string name;
  std::string attribute_name;  ///< Of the vector.
  std::size_t dimensions = 0;
  Distance distance = Distance::cosine;
  std::vector<KeyAttribute> hash;            ///< Of the search schema.
  std::vector<KeyAttribute> inline_filters;  ///< Likewise.
  IndexProjection projection = IndexProjection::all;
  std::vector<std::string> non_key_attributes;  ///< Of `include`, as given.
  TableStatus status = TableStatus::active;     ///< Only an active index can be searched.
  bool is_backfilling = false;                  ///< As in `Index`, like the next two.
  bool is_allocating = false;
  std::optional<TimePoint> settles;
  /// Names of the attributes it holds, in byte order; unused when it holds all.
  std::vector<std::string> projected;
  std::shared_ptr<TableSize> size = std::make_shared<TableSize>();

  /// The entry of an item, whose key in the table is `item_key`; nothing if its vector or a HASH
  /// attribute is not there, or is none that the index can have. Its attributes are what is
  /// projected and, under the empty name, the vector.
  std::optional<IndexEntry> entry_of(MapView item, std::string_view item_key) const;
  /// Whether two versions of an item certainly have the same entry: a look that costs less than to
  /// make both.
  bool is_untouched(MapView old_item, MapView new_item) const;
  /// What the keys of all entries of one partition begin with: `values` are those of `hash`.
  std::string partition_prefix(const std::vector<ValueView>& values) const;
  /// Fills `projected`.
  void set_projected(const KeySchema& table_key);
};

using VectorIndexes = std::vector<std::shared_ptr<const VectorIndex>>;

/// What a write did to a vector index, as `IndexChange` tells it.
struct VectorChange {
  std::shared_ptr<const VectorIndex> index;
  std::optional<std::size_t> bytes_before;
  std::optional<std::size_t> bytes_after;
  bool is_moved = false;
};

/// A number as an element of a vector; nothing if it is too large for one.
std::optional<float> vector_element(ValueView number);
/// Of an entry: the elements of the vector, one after the other, as floats lie in memory.
std::string_view vector_of_entry(MapView entry);
/// Of an entry: what is projected.
MapView attributes_of_entry(MapView entry);

}  // namespace engine
