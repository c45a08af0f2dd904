#include "engine/stream/iterator.h"

#include "engine/hash.h"
#include "engine/limits.h"
#include "engine/value/json.h"
#include "storage/order_key.h"

namespace engine {

namespace {

constexpr std::string_view separator = "|1|";
constexpr std::size_t check_bytes = 8;
constexpr std::size_t fixed_bytes = check_bytes + 8 + 8 + 1;

std::uint64_t check_of(std::string_view stream_arn, std::string_view position) {
  return stable_hash(stream_arn) ^ mix(stable_hash(position));
}

}  // namespace

std::string ShardIterator::text() const {
  std::string position;
  storage::append_u64(position, static_cast<std::uint64_t>(epoch_milliseconds(created)));
  storage::append_u64(position, after);
  position += is_at_trim_horizon ? '\1' : '\0';
  position += shard_id;

  std::string bytes;
  storage::append_u64(bytes, check_of(stream_arn, position));
  bytes += position;
  std::string text = stream_arn;
  text += separator;
  append_base64(text, bytes);
  return text;
}

std::optional<ShardIterator> ShardIterator::parse(std::string_view text) {
  const auto at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto decoded = decode_base64(text.substr(at + separator.size()));
  if (!decoded || decoded->size() < fixed_bytes) return std::nullopt;

  const std::string_view bytes = *decoded;
  const std::string_view stream_arn = text.substr(0, at);
  const std::string_view position = bytes.substr(check_bytes);
  if (storage::read_u64(bytes) != check_of(stream_arn, position)) return std::nullopt;

  ShardIterator iterator;
  iterator.stream_arn = stream_arn;
  iterator.created =
      from_epoch_milliseconds(static_cast<long long>(storage::read_u64(bytes.substr(8))));
  iterator.after = storage::read_u64(bytes.substr(16));
  iterator.is_at_trim_horizon = bytes[24] == '\1';
  iterator.shard_id = bytes.substr(fixed_bytes);
  return iterator;
}

bool ShardIterator::is_expired(TimePoint now) const {
  return now - created > std::chrono::minutes(limits::shard_iterator_minutes);
}

}  // namespace engine
