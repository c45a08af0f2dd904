// DescribeStream: a stream and its shards, a page at a time.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html

#include <algorithm>

#include "api/member.h"
#include "api/shape.h"
#include "api/streams/operations.h"
#include "api/streams/stream_arn.h"
#include "engine/limits.h"
#include "engine/stream/streams.h"

namespace api {

namespace {

using Json = nlohmann::ordered_json;
using Shards = std::vector<std::shared_ptr<engine::Shard>>;

const Input& input = input_of("dynamodbstreams", "DescribeStream");

/// Those after ExclusiveStartShardId, and of one parent only if ShardFilter wants that.
Shards shards_of(const engine::Stream& stream, JsonView body) {
  Shards shards = stream.shards();
  if (const auto after = member_of(body, "ExclusiveStartShardId")) {
    const std::string_view id = *after;
    std::erase_if(shards, [&](const auto& shard) { return shard->shard_id <= id; });
  }
  if (const auto filter = member_of(body, "ShardFilter")) {
    const std::string_view parent = (*filter)["ShardId"];
    std::erase_if(shards, [&](const auto& shard) { return shard->parent != parent; });
  }
  return shards;
}

Json description_of(const engine::Shard& shard) {
  Json range = {{"StartingSequenceNumber", engine::sequence_number_text(shard.starting)}};
  if (const auto ending = shard.ending()) {
    range["EndingSequenceNumber"] = engine::sequence_number_text(*ending);
  }
  Json description = {{"ShardId", shard.shard_id}, {"SequenceNumberRange", std::move(range)}};
  if (!shard.parent.empty()) description["ParentShardId"] = shard.parent;
  return description;
}

Json key_schema_of(const engine::Stream& stream) {
  Json schema = Json::array();
  for (const auto& [name, key_type] : stream.key_schema) {
    schema.push_back({{"AttributeName", name}, {"KeyType", key_type}});
  }
  return schema;
}

std::string_view status_name(engine::StreamStatus status) {
  return status == engine::StreamStatus::enabled ? "ENABLED" : "DISABLED";
}

}  // namespace

void describe_stream(Services& services, const Call& call, std::string& out) {
  input.check(call.body);
  const auto stream = stream_of(services.streams, required_member(call.body, "StreamArn"));
  const auto limit = limit_of(call.body, engine::limits::describe_stream_shards_max);
  const Shards shards = shards_of(*stream, call.body);
  const std::size_t count = std::min(limit, shards.size());

  Json description = {{"StreamArn", stream->arn},
                      {"StreamLabel", stream->label},
                      {"StreamStatus", status_name(stream->status)},
                      {"StreamViewType", engine::view_type_name(stream->view_type)},
                      {"CreationRequestDateTime",
                       static_cast<double>(engine::epoch_milliseconds(stream->created)) / 1000},
                      {"TableName", stream->table_name},
                      {"KeySchema", key_schema_of(*stream)},
                      {"Shards", Json::array()}};
  for (std::size_t i = 0; i < count; ++i) {
    description["Shards"].push_back(description_of(*shards[i]));
  }
  if (count < shards.size()) description["LastEvaluatedShardId"] = shards[count - 1]->shard_id;
  Json answer;
  answer["StreamDescription"] = std::move(description);
  out += answer.dump();
}

}  // namespace api
