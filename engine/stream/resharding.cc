#include "engine/stream/resharding.h"

#include <string>
#include <utility>

#include "engine/api_error.h"

namespace engine {

namespace {

/// Only a stream that has gone meanwhile is left as it was.
Reshaped made(Reshaped reshaped, std::string_view arn) {
  if (reshaped.closed.empty()) throw stream_not_found(arn);
  return reshaped;
}

}  // namespace

Reshaped split(Streams& streams, std::string_view stream_arn, std::string_view shard_id) {
  const auto stream = streams.existing(stream_arn);
  auto reshaped = streams.reshape(*stream, [&](const Stream& held) {
    const auto shard = held.shard(shard_id);
    if (!shard) throw shard_not_found();
    if (!shard->is_open()) {
      throw validation_error("The shard " + std::string(shard_id) + " is closed");
    }
    if (shard->hash_from == shard->hash_to) {
      throw validation_error("The shard " + std::string(shard_id) +
                             " owns a single hash and cannot be split");
    }
    return Reshaping{.successions = {{shard, 2}}, .cleared = {}, .vanished = {}};
  });
  return made(std::move(reshaped), stream_arn);
}

Reshaped roll_over(Streams& streams, std::string_view stream_arn) {
  const auto stream = streams.existing(stream_arn);
  auto reshaped = streams.reshape(*stream, [&](const Stream& held) {
    Reshaping reshaping;
    for (const auto& shard : held.shards()) {
      if (shard->is_open()) reshaping.successions.push_back({shard, 1});
    }
    if (reshaping.is_empty()) {
      throw validation_error("The stream " + std::string(stream_arn) + " is disabled");
    }
    return reshaping;
  });
  return made(std::move(reshaped), stream_arn);
}

}  // namespace engine
