#include "engine/partiql/order.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "engine/api_error.h"

namespace engine::partiql {

namespace {

using Terms = std::span<const Order>;

bool is_of(const Order& term, const std::vector<KeyAttribute>& attributes) {
  return std::any_of(attributes.begin(), attributes.end(), [&](const KeyAttribute& attribute) {
    return attribute.name == term.key[0].name;
  });
}

ApiError not_by_key_order() {
  return validation_error(
      "ORDER BY clause must name the key attributes in the order of the key schema, and in one "
      "direction");
}

/// The one direction of terms that name the first of `attributes` in their order; forward if there
/// are none.
bool is_forward(Terms terms, const std::vector<KeyAttribute>& attributes) {
  if (terms.empty()) return true;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const bool is_next = i < attributes.size() && terms[i].key[0].name == attributes[i].name;
    if (!is_next || terms[i].is_descending != terms[0].is_descending) throw not_by_key_order();
  }
  return !terms[0].is_descending;
}

}  // namespace

void require_key_attributes(const std::vector<Order>& order_by, const Source& source) {
  for (const auto& term : order_by) {
    if (term.key.size() == 1 && source.key_attribute(term.key[0].name) != nullptr) continue;
    throw validation_error("Variable reference " + term.key.back().name +
                           " in ORDER BY clause must be part of the primary key");
  }
}

ReadingOrder reading_order(const std::vector<Order>& order_by, bool has_where, const ReadPlan& plan,
                           const Source& source) {
  if (order_by.empty()) return {};
  if (!has_where) {
    throw validation_error("Must have WHERE clause in the statement when using ORDER BY clause.");
  }
  if (!plan.is_query()) {
    throw validation_error(
        "Must have at least one non-optional hash key condition in WHERE clause when using ORDER "
        "BY clause.");
  }
  require_key_attributes(order_by, source);

  const auto first_of_sort = std::find_if(order_by.begin(), order_by.end(), [&](const Order& term) {
    return is_of(term, source.sort());
  });
  const Terms by_partition(order_by.begin(), first_of_sort);
  const Terms by_sort(first_of_sort, order_by.end());
  if (plan.partitions->size() > 1 && by_partition.size() != source.partition().size()) {
    throw validation_error(
        "ORDER BY clause must begin with the hash key when WHERE clause names several of its "
        "values");
  }
  return {is_forward(by_partition, source.partition()), is_forward(by_sort, source.sort())};
}

}  // namespace engine::partiql
