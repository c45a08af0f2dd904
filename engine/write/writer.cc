#include "engine/write/writer.h"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <set>
#include <shared_mutex>

#include "engine/api_error.h"
#include "engine/capacity.h"
#include "engine/read/collection.h"
#include "engine/stream/record.h"
#include "engine/stream/record_key.h"
#include "engine/throttle/meter.h"
#include "engine/write/due_entries.h"
#include "engine/write/undo_log.h"

namespace engine {

namespace {

using storage::Column;

const Item* pointer(const std::optional<Item>& item) { return item ? &*item : nullptr; }

/// Nothing to write: the item is as it was.
bool is_unchanged(const WriteOutcome& outcome) { return outcome.old_item == outcome.new_item; }

/// Reads the item, asks the condition, makes the new item. The item's lock is held.
WriteOutcome decide(const storage::Store& store, const Write& write) {
  WriteOutcome outcome;
  std::string entries;
  if (store.get(Column::items, write.key, entries)) outcome.old_item.emplace(std::move(entries));
  outcome.condition_held = write.condition(pointer(outcome.old_item));
  if (outcome.condition_held) outcome.new_item = write.change(pointer(outcome.old_item));
  return outcome;
}

void put_item(storage::Batch& batch, const Write& write, const WriteOutcome& outcome) {
  if (outcome.new_item) {
    batch.put(Column::items, write.key, outcome.new_item->bytes());
  } else {
    batch.remove(Column::items, write.key);
  }
}

/// Adds what the change does to an index, and notes it.
template <typename Change, typename AnyIndex>
void put_index_entry(const storage::Store& store, storage::Batch& batch,
                     const std::shared_ptr<const AnyIndex>& index, const Write& write,
                     const WriteOutcome& outcome, std::vector<Change>& changes) {
  const auto entry_of = [&](const std::optional<Item>& item) {
    return item ? index->entry_of(*item, write.key) : std::nullopt;
  };
  auto before = entry_of(outcome.old_item);
  const auto after = entry_of(outcome.new_item);
  if (before == after) return;
  // The backfill may not have come to this item yet.
  if (before && index->is_backfilling && !store.get(Column::items, before->key())) before.reset();
  if (!before && !after) return;
  Change change;
  change.index = index;
  change.is_moved = before && after && before->key() != after->key();
  if (before) {
    change.bytes_before = before->attributes().size_bytes();
    if (!after || change.is_moved) batch.remove(Column::items, before->key());
  }
  if (after) {
    change.bytes_after = after->attributes().size_bytes();
    batch.put(Column::items, after->key(), after->attributes().bytes());
  }
  changes.push_back(std::move(change));
}

/// Adds what the change does to the indexes, and notes it in the outcome.
void put_index_entries(const storage::Store& store, storage::Batch& batch, const Table& table,
                       const Write& write, WriteOutcome& outcome) {
  for (const auto& index : table.indexes) {
    put_index_entry(store, batch, index, write, outcome, outcome.index_changes);
  }
  for (const auto& index : table.vector_indexes) {
    const bool is_update = outcome.old_item && outcome.new_item;
    if (is_update && index->is_untouched(*outcome.old_item, *outcome.new_item)) continue;
    put_index_entry(store, batch, index, write, outcome, outcome.vector_changes);
  }
}

EventName event_of(const WriteOutcome& outcome) {
  if (!outcome.old_item) return EventName::insert;
  return outcome.new_item ? EventName::modify : EventName::remove;
}

std::uint64_t hash_of(const Table& table, const WriteOutcome& outcome) {
  const Item& item = outcome.new_item ? *outcome.new_item : *outcome.old_item;
  return partition_hash(item.find(table.key.partition.name).value());
}

/// An open shard that stays so, because its mutex is held.
struct HeldShard {
  std::shared_ptr<Shard> shard;
  std::unique_lock<std::mutex> lock;
};

HeldShard hold_shard(const Stream& stream, std::uint64_t hash) {
  while (true) {
    HeldShard held{stream.shard_for(hash), {}};
    held.lock = std::unique_lock(held.shard->mutex);
    if (held.shard->is_open()) return held;
  }
}

/// Adds the change's record with the shard's next number. The shard's mutex is held, and stays so
/// until the batch is committed. Gives the number.
SequenceNumber put_record(storage::Batch& batch, Streams& streams, const Table& table,
                          const Shard& shard, const Write& write, const WriteOutcome& outcome,
                          TimePoint now) {
  const auto view_type = table.stream->view_type;
  const bool wants_new =
      view_type == ViewType::new_image || view_type == ViewType::new_and_old_images;
  const bool wants_old =
      view_type == ViewType::old_image || view_type == ViewType::new_and_old_images;
  const MapView new_image = outcome.new_item ? outcome.new_item->view() : MapView();
  const MapView old_image = outcome.old_item ? outcome.old_item->view() : MapView();
  const Item keys = table.key_attributes(outcome.new_item ? new_image : old_image);

  thread_local std::string bytes;
  bytes.clear();
  encode_record(bytes, event_of(outcome), now, write.by_service, keys,
                wants_new && outcome.new_item ? &new_image : nullptr,
                wants_old && outcome.old_item ? &old_image : nullptr);
  const auto number = streams.next_number();
  batch.put(Column::records, record_key(shard, number), bytes);
  return number;
}

/// What there is more of after a write; negative if it is less.
struct Growth {
  long long items = 0;
  long long bytes = 0;
};

Growth growth(std::optional<std::size_t> bytes_before, std::optional<std::size_t> bytes_after) {
  return {(bytes_after ? 1 : 0) - (bytes_before ? 1 : 0),
          static_cast<long long>(bytes_after.value_or(0)) -
              static_cast<long long>(bytes_before.value_or(0))};
}

Growth growth_of_table(const WriteOutcome& outcome) {
  const auto bytes = [](const std::optional<Item>& item) {
    return item ? std::optional(item->size_bytes()) : std::nullopt;
  };
  return growth(bytes(outcome.old_item), bytes(outcome.new_item));
}

template <typename Change>
Growth growth_of_index(const Change& change) {
  return growth(change.bytes_before, change.bytes_after);
}

void add(TableSize& size, const Growth& more) {
  size.items += more.items;
  size.bytes += more.bytes;
}

void count(TableLife& life, const WriteOutcome& outcome) {
  if (!life.size_is_known) return;
  add(life.size, growth_of_table(outcome));
  for (const auto& change : outcome.index_changes) {
    add(*change.index->size, growth_of_index(change));
  }
  for (const auto& change : outcome.vector_changes) {
    add(*change.index->size, growth_of_index(change));
  }
}

/// The table as it is now; nobody changes it while its gate is held.
const Table& current(const Write& write) {
  const auto& table = write.table->life->current;
  if (!table || table->status == TableStatus::deleting) throw resource_not_found();
  return *table;
}

/// The memory of one batch per thread, used again.
storage::Batch& empty_batch() {
  thread_local storage::Batch batch;
  batch.clear();
  return batch;
}

/// Every one of `pointers` once, in one order for everybody.
template <typename T>
std::vector<T*> in_order(std::vector<T*> pointers) {
  std::sort(pointers.begin(), pointers.end());
  pointers.erase(std::unique(pointers.begin(), pointers.end()), pointers.end());
  return pointers;
}

/// The shard of every write that makes a record, all of them held; null for the others.
struct HeldShards {
  std::vector<std::shared_ptr<Shard>> shards;
  std::vector<std::unique_lock<std::mutex>> locks;
};

HeldShards hold_shards(std::span<const Write> writes, const std::vector<WriteOutcome>& outcomes) {
  while (true) {
    HeldShards held{std::vector<std::shared_ptr<Shard>>(writes.size()), {}};
    std::vector<std::mutex*> mutexes;
    for (std::size_t i = 0; i < writes.size(); ++i) {
      const Table& table = current(writes[i]);
      if (is_unchanged(outcomes[i]) || !table.stream) continue;
      held.shards[i] = table.stream->shard_for(hash_of(table, outcomes[i]));
      mutexes.push_back(&held.shards[i]->mutex);
    }
    for (auto* mutex : in_order(std::move(mutexes))) held.locks.emplace_back(*mutex);
    const auto is_fine = [](const auto& shard) { return !shard || shard->is_open(); };
    if (std::all_of(held.shards.begin(), held.shards.end(), is_fine)) return held;
  }
}

/// `meter` may be null.
std::optional<ApiError> throttling_of(ThroughputMeter* meter, const Write& write,
                                      std::span<const IndexChange> changes) {
  if (meter == nullptr) return std::nullopt;
  return meter->refusal_of_write(current(write), changes);
}

bool is_throttled(const WriteOutcome& outcome) { return outcome.throttling.has_value(); }

}  // namespace

bool Writer::has_room(const Table& table, const WriteOutcome& outcome) const {
  if (!outcome.new_item || !table.has_local_index()) return true;
  // Not more than half of what is stored can be missing in the estimate; collections are counted
  // only where there is enough for one to be too large.
  if (store_.approximate_bytes(Column::items) < collection_bytes_max_ / 2) return true;
  long long more = growth_of_table(outcome).bytes;
  for (const auto& change : outcome.index_changes) {
    if (!change.index->is_global) more += growth_of_index(change).bytes;
  }
  if (more <= 0) return true;
  const auto partition = outcome.new_item->find(table.key.partition.name).value();
  const std::size_t bytes = collection_bytes(store_, table, partition);
  return bytes + static_cast<std::size_t>(more) <= collection_bytes_max_;
}

ThroughputMeter* Writer::meter_of(const Write& write) const {
  return write.is_free || write.by_service ? nullptr : meter_;
}

void Writer::take(std::span<const Write> writes, const std::vector<WriteOutcome>& outcomes) const {
  if (meter_ == nullptr) return;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    auto* const meter = meter_of(writes[i]);
    if (meter != nullptr) {
      meter->take_write(current(writes[i]), transaction_capacity_of(outcomes[i]));
    }
  }
}

void Writer::tell_of_end(TableLife& life, std::int64_t end) const {
  if (!note_due_entry(life, end, clock_.now())) return;
  if (auto* const listener = end_listener_.load()) listener->on_sooner_end();
}

WriteOutcome Writer::apply(const Write& write) {
  auto& life = *write.table->life;
  WriteOutcome outcome;
  std::shared_ptr<Stream> stream;
  std::optional<std::int64_t> end;
  {
    const std::shared_lock gate(life.gate);
    const Table& table = current(write);
    auto* const meter = meter_of(write);
    if (meter != nullptr) meter->require_write(table);
    const auto item_lock = locks_.hold(write.key);
    // What came before the transaction's claim is done before the transaction gets the lock.
    if (claims_.has(write.key) && !write.by_service) throw transaction_conflict();
    outcome = decide(store_, write);
    if (!outcome.condition_held || is_unchanged(outcome)) {
      if (meter != nullptr) meter->take_write(table, capacity_of(outcome));
      return outcome;
    }

    auto& batch = empty_batch();
    put_item(batch, write, outcome);
    put_index_entries(store_, batch, table, write, outcome);
    end = put_due_entry(batch, table, write.key, outcome.old_item, outcome.new_item);
    if (table.recovery) {
      put_undo_entry(batch, table, write.key, outcome.old_item, streams_, clock_.now());
    }
    if (!write.is_free && !has_room(table, outcome)) throw item_collection_too_large();
    if (meter != nullptr) {
      const auto refusal = meter->refusal_of_write(table, outcome.index_changes);
      if (refusal) throw *refusal;
      meter->take_write(table, capacity_of(outcome));
    }
    stream = table.stream;
    if (stream) {
      const auto [shard, lock] = hold_shard(*stream, hash_of(table, outcome));
      const auto now = clock_.now();
      const auto number = put_record(batch, streams_, table, *shard, write, outcome, now);
      store_.commit(batch);
      shard->on_committed(number, now);
    } else {
      store_.commit(batch);
    }
    count(life, outcome);
  }
  if (end) tell_of_end(life, *end);
  if (stream) streams_.tell(*stream);
  return outcome;
}

std::vector<WriteOutcome> Writer::apply_all(
    std::span<const Write> writes, const std::function<void(storage::Batch& batch)>& also) {
  std::vector<WriteOutcome> outcomes;
  std::set<std::shared_ptr<Stream>> streams;
  std::vector<std::pair<TableLife*, std::int64_t>> ends;
  {
    std::vector<TableLife*> lives;
    std::vector<std::string_view> keys;
    for (const auto& write : writes) {
      lives.push_back(write.table->life.get());
      keys.push_back(write.key);
    }
    std::vector<std::shared_lock<std::shared_mutex>> gates;
    for (auto* life : in_order(std::move(lives))) gates.emplace_back(life->gate);
    const auto item_locks = locks_.hold_all(keys);

    for (const auto& write : writes) {
      current(write);
      outcomes.push_back(decide(store_, write));
      outcomes.back().throttling = throttling_of(meter_of(write), write, {});
    }
    if (std::any_of(outcomes.begin(), outcomes.end(), is_throttled)) return outcomes;
    const auto held = [](const WriteOutcome& outcome) { return outcome.condition_held; };
    if (!std::all_of(outcomes.begin(), outcomes.end(), held)) {
      take(writes, outcomes);
      return outcomes;
    }

    const auto held_shards = hold_shards(writes, outcomes);
    auto& batch = empty_batch();
    const auto now = clock_.now();
    std::vector<SequenceNumber> numbers(writes.size());
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (is_unchanged(outcomes[i])) continue;
      put_item(batch, writes[i], outcomes[i]);
      put_index_entries(store_, batch, current(writes[i]), writes[i], outcomes[i]);
      const auto end = put_due_entry(batch, current(writes[i]), writes[i].key, outcomes[i].old_item,
                                     outcomes[i].new_item);
      if (end) ends.emplace_back(writes[i].table->life.get(), *end);
      if (current(writes[i]).recovery) {
        put_undo_entry(batch, current(writes[i]), writes[i].key, outcomes[i].old_item, streams_,
                       now);
      }
      // What was in a table is there again, or was counted where it comes from.
      outcomes[i].has_room = writes[i].is_free || has_room(current(writes[i]), outcomes[i]);
      outcomes[i].throttling =
          throttling_of(meter_of(writes[i]), writes[i], outcomes[i].index_changes);
      if (const auto& shard = held_shards.shards[i]) {
        numbers[i] =
            put_record(batch, streams_, current(writes[i]), *shard, writes[i], outcomes[i], now);
        streams.insert(current(writes[i]).stream);
      }
    }
    const auto fits = [](const auto& outcome) { return outcome.has_room && !outcome.throttling; };
    if (!std::all_of(outcomes.begin(), outcomes.end(), fits)) return outcomes;
    take(writes, outcomes);
    also(batch);
    store_.commit(batch);
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (const auto& shard = held_shards.shards[i]) shard->on_committed(numbers[i], now);
      count(*writes[i].table->life, outcomes[i]);
    }
  }
  for (const auto& [life, end] : ends) tell_of_end(*life, end);
  for (const auto& stream : streams) streams_.tell(*stream);
  return outcomes;
}

std::vector<std::optional<Item>> Writer::read_all(std::span<const std::string> keys) {
  std::vector<std::optional<Item>> items;
  const auto item_locks = locks_.hold_all({keys.begin(), keys.end()});
  for (const auto& key : keys) {
    auto& item = items.emplace_back();
    std::string entries;
    if (store_.get(Column::items, key, entries)) item.emplace(std::move(entries));
  }
  return items;
}

}  // namespace engine
