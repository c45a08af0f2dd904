// GetShardIterator: a place in a shard to read from.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html

#include "api/member.h"
#include "api/shape.h"
#include "api/streams/operations.h"
#include "api/streams/stream_arn.h"
#include "engine/clock.h"
#include "engine/stream/iterator.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/value/json.h"

namespace api {

namespace {

using engine::validation_error;

const Input& input = input_of("dynamodbstreams", "GetShardIterator");

/// Only the two types that name a record take a SequenceNumber, and they must have one.
std::optional<engine::SequenceNumber> sequence_number_of(JsonView body, std::string_view type) {
  const bool is_wanted = type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER";
  const auto given = member_of(body, "SequenceNumber");
  if (is_wanted != given.has_value()) {
    throw validation_error("SequenceNumber " + std::string(is_wanted ? "must" : "cannot") +
                           " be specified when ShardIteratorType is " + std::string(type));
  }
  if (!given) return std::nullopt;
  const auto number = engine::parse_sequence_number(std::string_view(*given));
  if (!number)
    throw validation_error("Invalid SequenceNumber: " + std::string(std::string_view(*given)));
  return number;
}

}  // namespace

void get_shard_iterator(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const std::string_view type = required_member(call.body, "ShardIteratorType");
  const auto number = sequence_number_of(call.body, type);
  const auto stream = stream_of(services.streams, required_member(call.body, "StreamArn"));
  const auto shard = stream->shard(required_member(call.body, "ShardId"));
  if (!shard) throw engine::shard_not_found();

  engine::ShardIterator iterator;
  iterator.stream_arn = stream->arn;
  iterator.shard_id = shard->shard_id;
  iterator.created = services.clock.now();
  if (type == "TRIM_HORIZON") {
    iterator.is_at_trim_horizon = true;
  } else if (type == "LATEST") {
    iterator.after = shard->newest;
  } else {
    const bool is_included = type == "AT_SEQUENCE_NUMBER" && *number > 0;
    iterator.after = is_included ? *number - 1 : *number;
    if (services.stream_reader.is_trimmed_after(*shard, iterator.after)) throw data_is_trimmed();
  }

  out += "{\"ShardIterator\":";
  engine::append_json_string(out, iterator.text());
  out += '}';
}

}  // namespace api
