// GetRecords: the records from a place in a shard on, and the place after them.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html

#include "api/member.h"
#include "api/shape.h"
#include "api/streams/operations.h"
#include "api/streams/stream_arn.h"
#include "engine/clock.h"
#include "engine/limits.h"
#include "engine/stream/iterator.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/value/json.h"

namespace api {

namespace {

const Input& input = input_of("dynamodbstreams", "GetRecords");

engine::ShardIterator read_iterator(std::string_view text, engine::TimePoint now) {
  auto iterator = engine::ShardIterator::parse(text);
  if (!iterator) throw engine::validation_error("Invalid ShardIterator");
  if (iterator->is_expired(now)) {
    throw engine::ApiError("ExpiredIteratorException", "Shard iterator has expired");
  }
  return std::move(*iterator);
}

void append_records(std::string& out, const engine::Stream& stream,
                    const engine::RecordPage& page) {
  out += "\"Records\":[";
  for (const auto& record : page.records) {
    if (out.back() != '[') out += ',';
    engine::append_record_json(out, stream, record.view(), engine::RecordForm::streams_api);
  }
  out += ']';
}

}  // namespace

void get_records(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto now = services.clock.now();
  auto iterator = read_iterator(required_member(call.body, "ShardIterator"), now);
  const auto limit = limit_of(call.body, engine::limits::get_records_max);
  const auto stream = services.streams.find(iterator.stream_arn);
  const auto shard = stream ? stream->shard(iterator.shard_id) : nullptr;
  if (!shard) throw engine::shard_not_found();

  const auto after = iterator.is_at_trim_horizon ? 0 : iterator.after;
  const auto page =
      services.stream_reader.read(*shard, after, limit, engine::limits::get_records_bytes_max);
  // The oldest record there is cannot be missed; every other place can be left behind.
  if (!iterator.is_at_trim_horizon && after < page.trimmed) throw data_is_trimmed();
  out += '{';
  append_records(out, *stream, page);
  if (!page.is_end) {
    if (!page.records.empty()) {
      iterator.is_at_trim_horizon = false;
      iterator.after = page.records.back().sequence_number;
    }
    iterator.created = now;
    out += ",\"NextShardIterator\":";
    engine::append_json_string(out, iterator.text());
  }
  out += '}';
}

}  // namespace api
