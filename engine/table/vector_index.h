#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/table/index.h"

namespace engine {

enum class Distance { cosine, dot_product, euclidean };

/// An index by nearness: of those items that have a vector of the right length, and a value for
/// each HASH attribute of the search schema (dynamodb.md 18). Never changes itself; its versions
/// share `size`.
struct VectorIndex {
  std::uint32_t id = 0;  ///< Prefix of its entries' keys: of the same numbers as tables.
  std::string name;
  std::string attribute_name;  ///< Of the vector.
  std::size_t dimensions = 0;
  Distance distance = Distance::cosine;
  std::vector<std::string> hash;            ///< Attributes of the search schema.
  std::vector<std::string> inline_filters;  ///< Likewise.
  IndexProjection projection = IndexProjection::all;
  std::vector<std::string> non_key_attributes;  ///< Of `include`, as given.
  TableStatus status = TableStatus::active;     ///< Only an active index can be searched.
  bool is_backfilling = false;                  ///< As in `Index`, like the next two.
  bool is_allocating = false;
  std::optional<TimePoint> settles;
  std::shared_ptr<TableSize> size = std::make_shared<TableSize>();
};

using VectorIndexes = std::vector<std::shared_ptr<const VectorIndex>>;

}  // namespace engine
