#include "engine/stream/reader.h"

#include <algorithm>

#include "engine/stream/record_key.h"
#include "engine/stream/trim_horizon.h"
#include "storage/order_key.h"

namespace engine {

using storage::Column;

RecordPage StreamReader::read(const Shard& shard, SequenceNumber after, std::size_t limit,
                              std::size_t bytes_max) const {
  RecordPage page;
  // Asked before the walk begins: nothing is added to a closed shard, so its end is its end.
  const bool is_closed = !shard.is_open();
  page.trimmed = trimmed_through(store_, shard, clock_.now());
  after = std::max(after, page.trimmed);
  if (after == ~SequenceNumber{0}) {
    page.is_tip = true;
    page.is_end = is_closed;
    return page;
  }
  std::size_t bytes = 0;
  auto cursor = store_.scan(Column::records, record_key(shard, after + 1), after_records(shard));
  for (; cursor.valid() && page.records.size() < limit; cursor.next()) {
    Record record{storage::read_u64(cursor.key().substr(8)), std::string(cursor.value())};
    bytes += record.view().size;
    if (bytes > bytes_max && !page.records.empty()) break;
    page.records.push_back(std::move(record));
  }
  page.is_tip = !cursor.valid();
  page.is_end = is_closed && page.is_tip;
  return page;
}

std::optional<Record> StreamReader::record(const Shard& shard, SequenceNumber number) const {
  auto bytes = store_.get(Column::records, record_key(shard, number));
  if (!bytes) return std::nullopt;
  return Record{number, std::move(*bytes)};
}

bool StreamReader::is_trimmed_after(const Shard& shard, SequenceNumber after) const {
  return after < trimmed_through(store_, shard, clock_.now());
}

}  // namespace engine
