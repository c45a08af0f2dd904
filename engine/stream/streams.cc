#include "engine/stream/streams.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdio>
#include <set>

#include "engine/api_error.h"
#include "engine/arn.h"
#include "engine/documents.h"
#include "engine/hash.h"
#include "engine/limits.h"
#include "engine/stream/description.h"
#include "engine/stream/record.h"
#include "engine/stream/record_key.h"
#include "engine/table/table.h"
#include "engine/time_text.h"
#include "storage/order_key.h"

namespace engine {

namespace {

using storage::Column;

constexpr std::string_view stream_kind = "stream";
constexpr std::string_view last_ids_kind = "last-stream-ids";
constexpr std::string_view sequence_kind = "sequence";
constexpr std::string_view reserved_id = "reserved";
constexpr std::string_view shards_tag = "dynamill:shards";

/// Numbers are reserved in the store before they are given out, so many at a time. What a killed
/// process had reserved and not used stays a gap.
constexpr SequenceNumber numbers_reserved_at_once = 1 << 20;

/// While records age all the time they leave the disk in pieces of so much time.
constexpr Duration removal_pause = std::chrono::minutes(10);

constexpr std::string_view shard_id_prefix = "shardId-";
constexpr std::size_t shard_id_time_digits = 20;

std::string stream_id_text(std::uint64_t id) {
  std::string text;
  storage::append_u64(text, id);
  return text;
}

std::string shard_id_text(long long milliseconds, std::uint32_t suffix) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "shardId-%020lld-%08x", milliseconds, suffix);
  return text.data();
}

long long milliseconds_of(const std::string& shard_id) {
  long long milliseconds = 0;
  const char* const digits = shard_id.data() + shard_id_prefix.size();
  std::from_chars(digits, digits + shard_id_time_digits, milliseconds);
  return milliseconds;
}

void put_stream(storage::Batch& batch, const Stream& stream) {
  Documents::put(batch, stream_kind, stream_id_text(stream.id), describe(stream));
}

/// All records up to `last`, which may be the largest number.
void remove_records(storage::Batch& batch, const Shard& shard, SequenceNumber last) {
  batch.remove_range(
      Column::records, record_key(shard, 0),
      last == ~SequenceNumber{0} ? after_records(shard) : record_key(shard, last + 1));
}

void close_open_shards(Stream& stream, TimePoint now) {
  auto shards = stream.shards();
  std::vector<std::unique_lock<std::mutex>> locks;
  for (const auto& shard : shards) locks.emplace_back(shard->mutex);
  const std::lock_guard lock(stream.mutex);
  for (const auto& shard : shards) {
    if (shard->is_open()) shard->close(now);
  }
  stream.set_shards(std::move(shards));
}

/// Makes the change to a stream: the one that is written down, or the real one. Whoever sees that a
/// shard is closed, and then asks for the shards, finds its children.
void apply(Stream& stream, const Reshaping& reshaping,
           const std::vector<std::shared_ptr<Shard>>& children, TimePoint now) {
  const std::lock_guard lock(stream.mutex);
  auto shards = stream.shard_list;
  const auto find = [&](const Shard& wanted) -> Shard& {
    const auto found = std::find_if(shards.begin(), shards.end(),
                                    [&](const auto& shard) { return shard->id == wanted.id; });
    assert(found != shards.end());
    return **found;
  };
  for (const auto& [parent, count] : reshaping.successions) find(*parent).close(now);
  for (const auto& [shard, through] : reshaping.cleared) {
    Shard& cleared = find(*shard);
    cleared.removed = through;
    cleared.next_removal = now + removal_pause;
  }
  shards.insert(shards.end(), children.begin(), children.end());
  std::erase_if(shards, [&](const auto& shard) {
    return std::any_of(reshaping.vanished.begin(), reshaping.vanished.end(),
                       [&](const auto& vanished) { return vanished->id == shard->id; });
  });
  stream.set_shards(std::move(shards));
}

}  // namespace

Streams::Streams(storage::Store& store, const Clock& clock, Random& random, int shards_per_stream)
    : store_(store), clock_(clock), random_(random), shards_per_stream_(shards_per_stream) {
  load();
}

void Streams::load() {
  const Documents documents(store_);
  if (const auto ids = documents.get(last_ids_kind, "")) {
    last_stream_id_ = storage::read_u64(*ids);
    last_shard_id_ = storage::read_u64(std::string_view(*ids).substr(8));
  }
  for (const auto& [id, description] : documents.list(stream_kind)) {
    const auto stream = stream_of(description);
    last_stream_id_ = std::max(last_stream_id_.load(), stream->id);
    for (const auto& shard : stream->shards()) {
      last_shard_id_ = std::max(last_shard_id_.load(), shard->id);
      find_ends(*shard);
    }
    streams_.emplace(stream->arn, stream);
  }
  if (const auto reserved = documents.get(sequence_kind, reserved_id)) {
    reserved_ = storage::read_u64(*reserved);
    next_number_ = reserved_.load();
  } else {
    next_number_ = 1;
    reserved_ = 1;
  }
}

/// What was written to the shard since its stream was last described.
void Streams::find_ends(Shard& shard) const {
  const SequenceNumber trimmed = shard.trimmed;
  const auto to = after_records(shard);
  if (const auto last = store_.last(Column::records, record_key(shard, trimmed + 1), to)) {
    const Record record{storage::read_u64(std::string_view(last->key).substr(8)), last->value};
    shard.newest = record.sequence_number;
    shard.newest_created = std::max(shard.newest_created.load(), record.created());
    const auto first = store_.scan(Column::records, record_key(shard, trimmed + 1), to);
    shard.oldest_created = Record{0, std::string(first.value())}.created();
  }
}

std::shared_ptr<Stream> Streams::find(std::string_view arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(arn);
  return found == streams_.end() ? nullptr : found->second;
}

std::shared_ptr<Stream> Streams::existing(std::string_view arn) const {
  auto stream = find(arn);
  if (!stream) throw stream_not_found(arn);
  return stream;
}

std::vector<std::shared_ptr<Stream>> Streams::list(std::string_view table_name,
                                                   std::string_view after,
                                                   std::size_t limit) const {
  std::vector<std::shared_ptr<Stream>> found;
  const std::lock_guard lock(mutex_);
  for (auto it = streams_.upper_bound(after); it != streams_.end() && found.size() < limit; ++it) {
    if (table_name.empty() || it->second->table_name == table_name) found.push_back(it->second);
  }
  return found;
}

std::vector<std::shared_ptr<Stream>> Streams::all() const { return list("", "", -1); }

int Streams::shard_count(const Table& table) const {
  const auto tag = table.tags.find(std::string(shards_tag));
  if (tag == table.tags.end()) return shards_per_stream_;
  const std::string& text = tag->second;
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 1 ||
      count > limits::shards_per_stream_max) {
    throw validation_error("The value '" + text + "' of the tag " + std::string(shards_tag) +
                           " is not a number of shards from 1 to " +
                           std::to_string(limits::shards_per_stream_max));
  }
  return count;
}

std::string Streams::free_label(const Table& table) const {
  const std::lock_guard lock(mutex_);
  // A label names one stream of the table: two in one millisecond are set apart.
  for (TimePoint time = clock_.now();; time += Duration(1)) {
    auto label = iso_milliseconds(time);
    if (!streams_.contains(table.arn + "/stream/" + label)) return label;
  }
}

/// So many different ones, in their order.
std::vector<std::uint32_t> Streams::suffixes(std::size_t count) {
  std::set<std::uint32_t> suffixes;
  while (suffixes.size() < count) suffixes.insert(static_cast<std::uint32_t>(random_.next()));
  return {suffixes.begin(), suffixes.end()};
}

std::shared_ptr<Shard> Streams::make_shard(long long milliseconds, std::uint32_t suffix,
                                           TimePoint now) {
  auto shard = std::make_shared<Shard>();
  shard->id = ++last_shard_id_;
  shard->shard_id = shard_id_text(milliseconds, suffix);
  shard->starting = next_number();
  shard->newest = shard->starting;
  shard->created = now;
  return shard;
}

void Streams::put_last_ids(storage::Batch& batch) const {
  std::string ids;
  storage::append_u64(ids, last_stream_id_);
  storage::append_u64(ids, last_shard_id_);
  Documents::put(batch, last_ids_kind, "", ids);
}

std::shared_ptr<Stream> Streams::prepare(const Table& table, ViewType view_type,
                                         storage::Batch& batch) {
  const auto count = static_cast<std::uint64_t>(shard_count(table));
  const std::uint64_t width = ~std::uint64_t{0} / count;

  auto stream = std::make_shared<Stream>();
  stream->id = ++last_stream_id_;
  stream->label = free_label(table);
  stream->arn = table.arn + "/stream/" + stream->label;
  stream->table_name = table.name;
  stream->region = Arn::parse(table.arn).value().region;
  stream->key_schema.emplace_back(table.key.partition.name, "HASH");
  if (table.key.sort) stream->key_schema.emplace_back(table.key.sort->name, "RANGE");
  stream->view_type = view_type;
  stream->created = clock_.now();
  stream->event_seed = stable_hash(stream->arn);

  std::vector<std::shared_ptr<Shard>> shards;
  for (const auto suffix : suffixes(count)) {
    auto shard = make_shard(epoch_milliseconds(stream->created), suffix, stream->created);
    shard->hash_from = shards.empty() ? 0 : shards.back()->hash_to + 1;
    shards.push_back(shard);
    shard->hash_to = shards.size() == count ? ~std::uint64_t{0} : width * shards.size();
  }
  stream->set_shards(std::move(shards));
  put_stream(batch, *stream);
  put_last_ids(batch);
  return stream;
}

void Streams::opened(std::shared_ptr<Stream> stream) {
  {
    const std::lock_guard lock(mutex_);
    streams_.emplace(stream->arn, std::move(stream));
  }
  tell_of_shape();
}

Streams::Hold Streams::prepare_close(const Stream& stream, TimePoint now, storage::Batch& batch) {
  Hold hold(change_mutex_);
  const auto after = copy_of(stream);
  after->disabled = now;
  after->status = StreamStatus::disabled;
  close_open_shards(*after, now);
  put_stream(batch, *after);
  return hold;
}

void Streams::closed(Stream& stream, TimePoint now) {
  close_open_shards(stream, now);
  stream.disabled = now;
  stream.status = StreamStatus::disabled;
  tell_of_shape();
  tell(stream);
}

/// Ids ascend along the lineage, also where the clock stands still or was set back.
std::vector<std::shared_ptr<Shard>> Streams::make_children(const Stream& stream,
                                                           const Reshaping& reshaping,
                                                           TimePoint now) {
  std::size_t count = 0;
  for (const auto& succession : reshaping.successions) {
    count += static_cast<std::size_t>(succession.children);
  }
  const auto names = suffixes(count);
  const auto milliseconds =
      std::max(epoch_milliseconds(now), milliseconds_of(stream.shards().back()->shard_id) + 1);

  std::vector<std::shared_ptr<Shard>> children;
  for (const auto& [parent, child_count] : reshaping.successions) {
    const std::uint64_t middle = parent->hash_from + (parent->hash_to - parent->hash_from) / 2;
    for (int i = 0; i < child_count; ++i) {
      auto child = make_shard(milliseconds, names[children.size()], now);
      child->parent = parent->shard_id;
      child->hash_from = i == 0 ? parent->hash_from : middle + 1;
      child->hash_to = i + 1 == child_count ? parent->hash_to : middle;
      children.push_back(std::move(child));
    }
  }
  return children;
}

Reshaped Streams::reshape(Stream& stream, const std::function<Reshaping(const Stream&)>& decide) {
  Reshaped reshaped;
  {
    const Hold hold(change_mutex_);
    if (!find(stream.arn)) return {};
    const Reshaping wanted = decide(stream);
    if (wanted.is_empty()) return {};

    std::vector<Shard*> parents;
    for (const auto& succession : wanted.successions) parents.push_back(succession.parent.get());
    // Writers of several shards take them in this order too.
    std::sort(parents.begin(), parents.end());
    std::vector<std::unique_lock<std::mutex>> locks;
    for (const auto* parent : parents) locks.emplace_back(parent->mutex);

    const auto now = clock_.now();
    if (!wanted.successions.empty()) reshaped.opened = make_children(stream, wanted, now);
    storage::Batch batch;
    for (const auto& [shard, through] : wanted.cleared) remove_records(batch, *shard, through);
    for (const auto& shard : wanted.vanished) remove_records(batch, *shard, ~SequenceNumber{0});
    const auto after = copy_of(stream);
    apply(*after, wanted, reshaped.opened, now);
    put_stream(batch, *after);
    put_last_ids(batch);
    store_.commit(batch);
    apply(stream, wanted, reshaped.opened, now);
    for (const auto& succession : wanted.successions) reshaped.closed.push_back(succession.parent);
    locks.clear();
    reclaim(wanted);
  }
  tell_of_shape();
  if (!reshaped.closed.empty()) tell(stream);
  return reshaped;
}

void Streams::reclaim(const Reshaping& reshaping) {
  for (const auto& [shard, through] : reshaping.cleared) {
    store_.reclaim(Column::records, record_key(*shard, 0), record_key(*shard, through + 1));
  }
  for (const auto& shard : reshaping.vanished) {
    store_.reclaim(Column::records, record_key(*shard, 0), after_records(*shard));
  }
}

void Streams::remove(const Stream& stream) {
  const Hold hold(change_mutex_);
  if (!find(stream.arn)) return;
  assert(stream.status == StreamStatus::disabled);
  Reshaping all;
  all.vanished = stream.shards();
  storage::Batch batch;
  for (const auto& shard : all.vanished) remove_records(batch, *shard, ~SequenceNumber{0});
  Documents::remove(batch, stream_kind, stream_id_text(stream.id));
  store_.commit(batch);
  {
    const std::lock_guard lock(mutex_);
    streams_.erase(stream.arn);
  }
  reclaim(all);
  tell(stream);
}

SequenceNumber Streams::next_number() {
  const SequenceNumber number = next_number_.fetch_add(1);
  if (number < reserved_.load()) return number;
  const std::lock_guard lock(reserve_mutex_);
  while (number >= reserved_.load()) {
    const SequenceNumber reserved = reserved_.load() + numbers_reserved_at_once;
    std::string bytes;
    storage::append_u64(bytes, reserved);
    Documents(store_).put(sequence_kind, reserved_id, bytes);
    reserved_ = reserved;
  }
  return number;
}

}  // namespace engine
