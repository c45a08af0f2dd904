#include "api/dynamodb/page_answer.h"

#include <utility>

#include "engine/capacity.h"
#include "engine/read/reader.h"
#include "engine/throttle/meter.h"
#include "engine/value/json.h"

namespace api {

void PageAnswer::append_to(std::string& out, engine::KeyRange range) const {
  services.meter.require_read(source.table(), source.index());
  const auto& filter = expressions.filter;
  const auto& projection = expressions.projection;
  std::size_t count = 0;
  out += '{';
  if (!selection.counts_only) out += "\"Items\":[";
  const auto visit = [&](engine::MapView item) {
    if (filter && !filter->holds(item)) return;
    ++count;
    if (selection.counts_only) return;
    if (count > 1) out += ',';
    if (projection) {
      engine::append_json(out, projection->select(item).view());
    } else {
      engine::append_json(out, item);
    }
  };
  const engine::PageEnd end = services.reader.page({.source = source,
                                                    .range = std::move(range),
                                                    .is_forward = parameters.is_forward,
                                                    .items_max = parameters.items_max,
                                                    .fetches_items = selection.fetches_items},
                                                   visit);
  if (services.meter.is_enforced()) {
    services.meter.take_read(source.table(),
                             engine::capacity_of(source, end, parameters.is_consistent));
  }
  if (!selection.counts_only) out += "],";
  out += "\"Count\":" + std::to_string(count);
  out += ",\"ScannedCount\":" + std::to_string(end.items);
  if (end.last_key && may_continue) {
    out += ",\"LastEvaluatedKey\":";
    engine::append_json(out, end.last_key->view());
  }
  if (parameters.return_capacity != ReturnCapacity::none) {
    out += ",\"ConsumedCapacity\":";
    append_consumed_capacity(out, parameters.return_capacity, parameters.table_name,
                             engine::capacity_of(source, end, parameters.is_consistent));
  }
  out += '}';
}

}  // namespace api
