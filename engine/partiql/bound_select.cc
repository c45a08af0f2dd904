#include "engine/partiql/bound_select.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "engine/partiql/bound_parts.h"
#include "engine/partiql/order.h"
#include "engine/partiql/read_plan.h"
#include "engine/read/projected.h"
#include "engine/write/item_update.h"

namespace engine::partiql {

namespace {

/// Only a local index can go to the table for what it does not have, and not for a filter
/// (dynamodb.md 8.2).
void require_projected(const Selection& selection, const ReadPlan& plan, const Source& source) {
  if (source.index() == nullptr) return;
  const auto& index = *source.index();
  const std::string selected = not_projected(source, selection.attributes());
  if (index.is_global && !selected.empty()) {
    throw invalid_parameter_values("Global secondary index " + index.name + " does not project " +
                                   selected);
  }
  const std::string asked = not_projected(source, plan.filter_attributes);
  if (plan.is_query() && !asked.empty()) {
    throw invalid_parameter_values("Secondary index " + index.name +
                                   " does not project one or more filter attributes: " + asked);
  }
}

Partition partition_of(MapView key, const Source& source) {
  Partition partition;
  for (const auto& attribute : source.partition()) {
    partition.emplace_back(key.find(attribute.name).value());
  }
  return partition;
}

}  // namespace

struct BoundSelect::Parts {
  Source source;
  bool is_consistent = false;
  Selection selection;
  ReadPlan plan;
  ReadingOrder order;
  bool fetches_items = false;

  std::size_t range_count() const { return plan.is_query() ? plan.partitions->size() : 1; }

  KeyRange range(std::size_t number) const {
    return plan.is_query() ? range_of(source, (*plan.partitions)[number], plan.sort)
                           : range_of(source);
  }

  bool has_one_item_each() const {
    return plan.is_query() && source.index() == nullptr && source.sort().empty();
  }

  /// In which range the key is; as many as there are if in none.
  std::size_t range_with(const Item& key) const {
    if (!plan.is_query()) return 0;
    const auto& all = *plan.partitions;
    const auto found = std::find(all.begin(), all.end(), partition_of(key, source));
    return static_cast<std::size_t>(found - all.begin());
  }

  void show(MapView item, const std::function<void(MapView item)>& visit) const {
    if (plan.filter && !plan.filter->holds(item)) return;
    if (selection.is_everything()) return visit(item);
    const Item shown = selection.of(item);
    visit(shown);
  }
};

BoundSelect::BoundSelect(BoundRead read) {
  auto& bound = *read.parts_;
  ReadPlan plan = plan_of(std::move(bound.where), bound.source);
  const auto order = reading_order(bound.order_by, bound.has_where, plan, bound.source);
  require_projected(bound.selection, plan, bound.source);
  if (plan.filter) require_scalar_keys(*plan.filter, bound.source.table());
  bound.selection.require_scalar_keys(bound.source.table());
  if (plan.is_query() && !order.is_partition_forward) {
    std::reverse(plan.partitions->begin(), plan.partitions->end());
  }
  const bool fetches = !not_projected(bound.source, bound.selection.attributes()).empty();
  parts_ =
      std::make_unique<Parts>(Parts{std::move(bound.source), bound.is_consistent,
                                    std::move(bound.selection), std::move(plan), order, fetches});
}

BoundSelect::~BoundSelect() = default;
BoundSelect::BoundSelect(BoundSelect&&) noexcept = default;
BoundSelect& BoundSelect::operator=(BoundSelect&&) noexcept = default;

const Source& BoundSelect::source() const { return parts_->source; }

BoundSelect::Page BoundSelect::read(const Reader& reader, std::size_t items_max,
                                    const std::optional<Item>& after,
                                    const std::function<void(MapView item)>& visit) const {
  Page page;
  std::size_t items = 0;
  std::size_t bytes = 0;
  const bool is_forward = parts_->order.is_sort_forward;
  const std::size_t count = parts_->range_count();
  const std::size_t first = after ? parts_->range_with(*after) : 0;
  for (std::size_t number = first; number < count && !page.last_key; ++number) {
    const bool is_last = number + 1 == count;
    PageRequest request{.source = parts_->source,
                        .range = parts_->range(number),
                        .is_forward = is_forward,
                        .items_max = items_max - items,
                        .bytes_max = limits::page_bytes_max - bytes,
                        .fetches_items = parts_->fetches_items};
    if (after && number == first) {
      request.range.continue_after(parts_->source.key_of(*after), is_forward);
    }
    auto end = reader.page(request, [&](MapView item) {
      parts_->show(item, visit);
      if (is_last) return;
      bytes += item.size_bytes();
      // Nothing more may be read here, and there may be something in the next partition.
      if (bytes >= limits::page_bytes_max) page.last_key = parts_->source.start_of(item);
    });
    items += end.items;
    page.capacity += capacity_of(parts_->source, end, parts_->is_consistent);
    // In a partition of a table without sort key there is one item and nothing behind it.
    const bool may_continue = !is_last || !parts_->has_one_item_each();
    if (end.last_key && may_continue) page.last_key = std::move(end.last_key);
  }
  return page;
}

}  // namespace engine::partiql
