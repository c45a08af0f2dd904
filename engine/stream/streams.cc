#include "engine/stream/streams.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/arn.h"
#include "engine/documents.h"
#include "engine/hash.h"
#include "engine/stream/description.h"
#include "engine/stream/reader.h"
#include "engine/table/table.h"
#include "engine/time_text.h"
#include "storage/order_key.h"

namespace engine {

namespace {

constexpr std::string_view stream_kind = "stream";
constexpr std::string_view sequence_kind = "sequence";
constexpr std::string_view reserved_id = "reserved";

/// Numbers are reserved in the store before they are given out, so many at a time. What a killed
/// process had reserved and not used stays a gap.
constexpr SequenceNumber numbers_reserved_at_once = 1 << 20;

std::string stream_id_text(std::uint64_t id) {
  std::string text;
  storage::append_u64(text, id);
  return text;
}

std::string shard_id_text(TimePoint created, std::uint32_t suffix) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "shardId-%020lld-%08x", epoch_milliseconds(created),
                suffix);
  return text.data();
}

}  // namespace

Streams::Streams(storage::Store& store, const Clock& clock, Random& random, int shards_per_stream)
    : store_(store), clock_(clock), random_(random), shards_per_stream_(shards_per_stream) {
  load();
}

void Streams::load() {
  const Documents documents(store_);
  for (const auto& [id, description] : documents.list(stream_kind)) {
    const auto stream = stream_of(description);
    last_stream_id_ = std::max(last_stream_id_, stream->id);
    for (const auto& shard : stream->shards()) {
      last_shard_id_ = std::max(last_shard_id_, shard->id);
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

std::shared_ptr<Stream> Streams::find(std::string_view arn) const {
  const std::lock_guard lock(mutex_);
  const auto found = streams_.find(arn);
  return found == streams_.end() ? nullptr : found->second;
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

std::string Streams::free_label(const Table& table) const {
  const std::lock_guard lock(mutex_);
  // A label names one stream of the table: two in one millisecond are set apart.
  for (TimePoint time = clock_.now();; time += Duration(1)) {
    auto label = iso_milliseconds(time);
    if (!streams_.contains(table.arn + "/stream/" + label)) return label;
  }
}

std::shared_ptr<Stream> Streams::prepare(const Table& table, ViewType view_type,
                                         storage::Batch& batch) {
  auto stream = std::make_shared<Stream>();
  stream->label = free_label(table);
  stream->arn = table.arn + "/stream/" + stream->label;
  stream->table_name = table.name;
  stream->region = Arn::parse(table.arn).value().region;
  stream->key_schema.emplace_back(table.key.partition.name, "HASH");
  if (table.key.sort) stream->key_schema.emplace_back(table.key.sort->name, "RANGE");
  stream->view_type = view_type;
  stream->created = clock_.now();
  stream->event_seed = stable_hash(stream->arn);

  const auto count = static_cast<std::uint64_t>(shards_per_stream_);
  const std::uint64_t width = ~std::uint64_t{0} / count;
  std::vector<std::uint32_t> suffixes;
  for (std::uint64_t i = 0; i < count; ++i) {
    suffixes.push_back(static_cast<std::uint32_t>(random_.next()));
  }
  std::sort(suffixes.begin(), suffixes.end());

  {
    const std::lock_guard lock(mutex_);
    stream->id = ++last_stream_id_;
    for (std::uint64_t i = 0; i < count; ++i) {
      auto shard = std::make_shared<Shard>();
      shard->id = ++last_shard_id_;
      shard->shard_id = shard_id_text(stream->created, suffixes[i]);
      shard->hash_from = i == 0 ? 0 : stream->shard_list.back()->hash_to + 1;
      shard->hash_to = i + 1 == count ? ~std::uint64_t{0} : width * (i + 1);
      shard->starting = next_number();
      shard->created = stream->created;
      stream->shard_list.push_back(std::move(shard));
    }
  }
  Documents::put(batch, stream_kind, stream_id_text(stream->id), describe(*stream));
  return stream;
}

void Streams::opened(std::shared_ptr<Stream> stream) {
  const std::lock_guard lock(mutex_);
  streams_.emplace(stream->arn, std::move(stream));
}

void Streams::prepare_close(const Stream& stream, storage::Batch& batch) const {
  const StreamReader reader(store_);
  const auto after = copy_of(stream);
  after->status = StreamStatus::disabled;
  for (const auto& shard : after->shard_list) {
    if (shard->is_open()) shard->close(reader.newest(*shard));
  }
  Documents::put(batch, stream_kind, stream_id_text(stream.id), describe(*after));
}

void Streams::closed(Stream& stream) {
  const StreamReader reader(store_);
  for (const auto& shard : stream.shards()) {
    if (shard->is_open()) shard->close(reader.newest(*shard));
  }
  stream.status = StreamStatus::disabled;
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
