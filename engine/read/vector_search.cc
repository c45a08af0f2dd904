#include "engine/read/vector_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "storage/order_key.h"

namespace engine {

namespace {

/// Sums are kept in so many lanes: the compiler makes vector instructions of them, as they leave it
/// no choice of the order in which floats are added.
constexpr std::size_t lanes = 16;
using Sums = std::array<float, lanes>;

double total(const Sums& sums) {
  double all = 0;
  for (const float sum : sums) all += sum;
  return all;
}

/// The sum of `term` over the elements of two vectors.
template <typename Term>
double sum_of(const float* a, const float* b, std::size_t dimensions, const Term& term) {
  Sums sums{};
  std::size_t at = 0;
  for (; at + lanes <= dimensions; at += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += term(a[at + lane], b[at + lane]);
  }
  for (std::size_t lane = 0; at < dimensions; ++at, ++lane) sums[lane] += term(a[at], b[at]);
  return total(sums);
}

/// The same, slowly, of what is too large or too small for floats.
template <typename Term>
double precise_sum_of(const float* a, const float* b, std::size_t dimensions, const Term& term) {
  double sum = 0;
  for (std::size_t at = 0; at < dimensions; ++at) {
    sum += term(static_cast<double>(a[at]), static_cast<double>(b[at]));
  }
  return sum;
}

template <typename Term>
double safe_sum_of(const float* a, const float* b, std::size_t dimensions, const Term& term) {
  const double sum = sum_of(a, b, dimensions, term);
  return std::isnormal(sum) ? sum : precise_sum_of(a, b, dimensions, term);
}

double product(const float* a, const float* b, std::size_t dimensions) {
  return safe_sum_of(a, b, dimensions, [](auto x, auto y) { return x * y; });
}

double squared_distance(const float* a, const float* b, std::size_t dimensions) {
  return safe_sum_of(a, b, dimensions, [](auto x, auto y) { return (x - y) * (x - y); });
}

/// What has been found so far, no more of it than is wanted: a heap with the worst in front.
class Nearest {
 public:
  Nearest(Distance distance, std::size_t count_max)
      : is_more_better_(distance == Distance::dot_product), count_max_(count_max) {}

  void offer(double score, MapView attributes) {
    const Candidate candidate{score, seen_++, {}};
    const auto is_better = [this](const Candidate& a, const Candidate& b) { return better(a, b); };
    if (found_.size() == count_max_) {
      if (!better(candidate, found_.front())) return;
      std::pop_heap(found_.begin(), found_.end(), is_better);
      found_.pop_back();
    }
    found_.push_back({score, candidate.place, Item(attributes)});
    std::push_heap(found_.begin(), found_.end(), is_better);
  }

  std::vector<Neighbour> take() {
    std::sort(found_.begin(), found_.end(),
              [this](const Candidate& a, const Candidate& b) { return better(a, b); });
    std::vector<Neighbour> neighbours;
    for (auto& found : found_) neighbours.push_back({found.score, std::move(found.attributes)});
    return neighbours;
  }

 private:
  struct Candidate {
    double score = 0;
    std::size_t place = 0;  ///< In the order of keys.
    Item attributes;
  };

  bool better(const Candidate& a, const Candidate& b) const {
    if (a.score != b.score) return is_more_better_ ? a.score > b.score : a.score < b.score;
    return a.place < b.place;
  }

  const bool is_more_better_;
  const std::size_t count_max_;
  std::size_t seen_ = 0;
  std::vector<Candidate> found_;
};

}  // namespace

VectorScore::VectorScore(Distance distance, std::vector<float> from)
    : distance_(distance), from_(std::move(from)) {
  if (distance_ == Distance::cosine) square_ = product(from_.data(), from_.data(), from_.size());
}

double VectorScore::of(const float* vector) const {
  const float* const from = from_.data();
  const std::size_t dimensions = from_.size();
  if (distance_ == Distance::dot_product) return product(from, vector, dimensions);
  if (distance_ == Distance::euclidean)
    return std::sqrt(squared_distance(from, vector, dimensions));
  const double squares = square_ * product(vector, vector, dimensions);
  if (squares == 0) return 1;
  return std::clamp(1 - product(from, vector, dimensions) / std::sqrt(squares), 0.0, 2.0);
}

VectorSearch search_vectors(const storage::Store& store, const VectorQuery& query) {
  const auto& index = query.index;
  std::vector<ValueView> hash;
  for (const auto& value : query.hash) hash.push_back(value);
  const std::string prefix = index.partition_prefix(hash);
  const auto is_wanted = [&](MapView attributes) {
    return std::ranges::all_of(query.filters, [&](const auto& filter) {
      const auto value = attributes.find(filter.first);
      return value && *value == filter.second.view();
    });
  };

  VectorSearch search;
  const VectorScore score(index.distance, query.vector);
  Nearest nearest(index.distance, query.count_max);
  std::vector<float> vector(index.dimensions);
  const std::size_t vector_bytes = index.dimensions * sizeof(float);
  for (auto cursor = store.scan(storage::Column::items, prefix, storage::after_prefix(prefix));
       cursor.valid(); cursor.next()) {
    const MapView entry(cursor.value());
    const auto attributes = attributes_of_entry(entry);
    if (!is_wanted(attributes)) continue;
    // Where they lie in the store floats are not aligned.
    std::memcpy(vector.data(), vector_of_entry(entry).data(), vector_bytes);
    search.bytes_examined += vector_bytes;
    nearest.offer(score.of(vector.data()), attributes);
  }
  search.neighbours = nearest.take();
  return search;
}

}  // namespace engine
