#include "mapping/drain.h"

#include "engine/time_text.h"

namespace mapping {

namespace {

std::string why_not_settled(const ShardReport& shard) {
  const auto& status = shard.status;
  if (!status.trouble.empty()) return "the store failed: " + status.trouble;
  if (status.progress.pieces.empty()) return "records have not been read yet";

  const auto& piece = status.progress.pieces.front();
  std::string why = "the batch from " + engine::sequence_number_text(piece.first) + " to " +
                    engine::sequence_number_text(piece.last);
  if (status.is_in_flight) {
    why += " is with the function, attempt " + std::to_string(piece.attempts + 1);
  } else if (status.progress.throttles > 0) {
    why += " does not reach the function, tried " + std::to_string(status.progress.throttles) +
           " times";
  } else {
    why += " has failed " + std::to_string(piece.attempts) + " times";
  }
  if (!status.is_in_flight) {
    why += "; next attempt at " + engine::iso_milliseconds(status.progress.not_before) + "Z";
  }
  if (!status.last_error.empty()) why += "; last error: " + status.last_error;
  return why;
}

}  // namespace

std::vector<Pending> pending_of(const MappingReport& mapping) {
  std::vector<Pending> pending;
  for (const auto& shard : mapping.shards) {
    if (shard.is_settled()) continue;
    pending.push_back({mapping.view.mapping.uuid, mapping.view.mapping.function_arn,
                       shard.status.shard_id, shard.status.progress.checkpoint, shard.newest,
                       why_not_settled(shard)});
  }
  if (mapping.queue && !mapping.queue->is_settled()) {
    pending.push_back({.mapping_uuid = mapping.view.mapping.uuid,
                       .function_arn = mapping.view.mapping.function_arn,
                       .shard_id = {},
                       .why = mapping.queue->why_not_settled(),
                       .queue_arn = mapping.queue->queue_arn});
  }
  return pending;
}

}  // namespace mapping
