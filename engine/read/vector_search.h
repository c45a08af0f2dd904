#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "engine/table/vector_index.h"
#include "storage/store.h"

namespace engine {

/// How far vectors are from one, or for DOT_PRODUCT how alike.
class VectorScore {
 public:
  VectorScore(Distance distance, std::vector<float> from);

  /// By the cosine from 0, the same direction, to 2, the opposite one; 1 if one of them has none.
  /// `vector` has as many elements.
  double of(const float* vector) const;

 private:
  Distance distance_;
  std::vector<float> from_;
  double square_ = 0;  ///< Of its length, for the cosine.
};

/// Which entries of a vector index are wanted.
struct VectorQuery {
  const VectorIndex& index;
  std::vector<float> vector;  ///< As many as the index has dimensions.
  std::vector<Value> hash;    ///< A value for each HASH attribute.
  /// Values of attributes of the search schema that entries have to have.
  std::vector<std::pair<std::string, Value>> filters;
  std::size_t count_max = 1;
};

struct Neighbour {
  double score = 0;  ///< Distance, but of DOT_PRODUCT the product.
  Item attributes;   ///< What the index projects.
};

struct VectorSearch {
  std::vector<Neighbour> neighbours;  ///< The nearest first; of equally near ones by their keys.
  std::size_t bytes_examined = 0;     ///< Of vectors.
};

/// The nearest entries, exactly: looks at all of the partition, as it was when the search began,
/// and holds no more than are wanted. May throw `StorageError`.
VectorSearch search_vectors(const storage::Store& store, const VectorQuery& query);

}  // namespace engine
