#include "mapping/drain.h"

#include "engine/time_text.h"

namespace mapping {

namespace {

std::string why_of_piece(const LaneProgress& lane, bool is_in_flight) {
  const Piece& piece = lane.pieces.front();
  std::string why = piece.is_final ? "the final call of a tumbling window"
                                   : "the batch from " + engine::sequence_number_text(piece.first) +
                                         " to " + engine::sequence_number_text(piece.last);
  if (is_in_flight) {
    return why + " is with the function, attempt " + std::to_string(piece.attempts + 1);
  }
  if (lane.throttles > 0) {
    why += " does not reach the function, tried " + std::to_string(lane.throttles) + " times";
  } else {
    why += " has failed " + std::to_string(piece.attempts) + " times";
  }
  return why + "; next attempt at " + engine::iso_milliseconds(lane.not_before) + "Z";
}

}  // namespace

std::string why_not_settled(const ShardReport& shard) {
  const auto& status = shard.status;
  if (!status.trouble.empty()) return "the store failed: " + status.trouble;

  std::string why;
  const auto& lanes = status.progress.lanes;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (lanes[i].pieces.empty()) continue;
    if (!why.empty()) why += "; ";
    why += why_of_piece(lanes[i], i < status.is_in_flight.size() && status.is_in_flight[i]);
  }
  if (why.empty()) {
    if (!status.gathers_until) return "records have not been read yet";
    return "records wait for the batching window to end at " +
           engine::iso_milliseconds(*status.gathers_until) + "Z";
  }
  if (!status.last_error.empty()) why += "; last error: " + status.last_error;
  return why;
}

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
