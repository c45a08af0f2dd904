// GET /_dynamill/mappings and GET /_dynamill/mappings/{UUID}: how mappings stand with every
// shard, or with their queue.

#include <nlohmann/json.hpp>

#include "api/control/operations.h"
#include "engine/time_text.h"
#include "mapping/registry.h"

namespace api::control {

namespace {

using nlohmann::json;

json counters_json(const mapping::Counters& counters) {
  return {
      {"recordsDelivered", counters.records_delivered},
      {"invocations", counters.invocations},
      {"failures", counters.failures},
      {"throttles", counters.throttles},
      {"splits", counters.splits},
      {"recordsDiscarded", counters.records_discarded},
      {"recordsFiltered", counters.records_filtered},
      {"destinationFailures", counters.destination_failures},
  };
}

json piece_json(const mapping::Piece& piece) {
  return {
      {"startSequenceNumber", engine::sequence_number_text(piece.first)},
      {"endSequenceNumber", engine::sequence_number_text(piece.last)},
      {"batchSize", piece.size},
      {"attempts", piece.attempts},
  };
}

/// The batch in hand, what is left of it to try, and the open window.
json lane_json(const mapping::LaneProgress& lane, bool is_in_flight) {
  json body = json::object();
  if (lane.window) {
    body["window"] = {{"start", engine::iso_seconds(lane.window->start) + "Z"},
                      {"end", engine::iso_seconds(lane.window->end) + "Z"},
                      {"stateBytes", lane.window->state.size()}};
  }
  if (lane.pieces.empty()) return body;
  body["batch"] = piece_json(lane.pieces.front());
  body["batch"]["inFlight"] = is_in_flight;
  if (!is_in_flight && lane.not_before != engine::TimePoint{}) {
    body["batch"]["nextAttemptAt"] = engine::iso_milliseconds(lane.not_before) + "Z";
  }
  body["stillToTry"] = json::array();
  for (std::size_t i = 1; i < lane.pieces.size(); ++i) {
    body["stillToTry"].push_back(piece_json(lane.pieces[i]));
  }
  return body;
}

json shard_json(const mapping::ShardReport& shard) {
  const auto& status = shard.status;
  const auto& progress = status.progress;
  json body = {
      {"shardId", status.shard_id},
      {"position", engine::sequence_number_text(progress.checkpoint)},
      {"newest", engine::sequence_number_text(shard.newest)},
      {"iteratorAgeMs", shard.iterator_age.count()},
      {"isSettled", shard.is_settled()},
      {"hasEnded", progress.has_ended},
      {"counters", counters_json(status.counters)},
  };
  const bool has_lanes = progress.lanes.size() > 1;
  if (has_lanes) body["lanes"] = json::array();
  for (std::size_t i = 0; i < progress.lanes.size(); ++i) {
    const bool is_in_flight = i < status.is_in_flight.size() && status.is_in_flight[i];
    auto lane = lane_json(progress.lanes[i], is_in_flight);
    if (has_lanes) {
      body["lanes"].push_back(std::move(lane));
    } else {
      body.update(lane);
    }
  }
  if (status.gathers_until) {
    body["gathersUntil"] = engine::iso_milliseconds(*status.gathers_until) + "Z";
  }
  if (!status.last_error.empty()) body["lastError"] = status.last_error;
  if (!status.trouble.empty()) body["trouble"] = status.trouble;
  return body;
}

json queue_json(const mapping::queue::Status& status) {
  const auto& counters = status.counters;
  json body = {
      {"queueArn", status.queue_arn},
      {"exists", status.is_there},
      {"visible", status.messages.visible},
      {"inFlight", status.messages.in_flight},
      {"delayed", status.messages.delayed},
      {"batchesInFlight", status.load.in_flight},
      {"batchesThrottled", status.load.throttled},
      {"batchesWaiting", status.load.waiting},
      {"messagesGathered", status.load.gathered},
      {"concurrency", status.load.concurrency},
      {"isSettled", status.is_settled()},
      {"counters",
       {
           {"messagesReceived", counters.messages_received},
           {"messagesFiltered", counters.messages_filtered},
           {"messagesDelivered", counters.messages_delivered},
           {"messagesFailed", counters.messages_failed},
           {"messagesReleased", counters.messages_released},
           {"invocations", counters.invocations},
           {"failures", counters.failures},
           {"throttles", counters.throttles},
       }},
  };
  if (status.next_visible) {
    body["nextVisibleAt"] = engine::iso_milliseconds(*status.next_visible) + "Z";
  }
  if (!status.last_error.empty()) body["lastError"] = status.last_error;
  if (!status.trouble.empty()) body["trouble"] = status.trouble;
  return body;
}

json report_json(const mapping::MappingReport& report) {
  const auto& mapping = report.view.mapping;
  json body = {
      {"mappingUuid", mapping.uuid},
      {"functionArn", mapping.function_arn},
      {"eventSourceArn", mapping.event_source_arn},
      {"state", mapping::state_name(report.view.state)},
      {"lastProcessingResult", report.view.last_processing_result},
  };
  if (report.queue) {
    body["queue"] = queue_json(*report.queue);
    return body;
  }
  body["counters"] = counters_json(report.counters());
  body["shards"] = json::array();
  for (const auto& shard : report.shards) body["shards"].push_back(shard_json(shard));
  return body;
}

RestAnswer answer_of(const json& body) {
  RestAnswer answer;
  answer.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return answer;
}

}  // namespace

boost::asio::awaitable<RestAnswer> mappings(Services& services, RestCall) {
  const auto reports = co_await services.registry.reports();
  json body = {{"mappings", json::array()}};
  for (const auto& report : reports) body["mappings"].push_back(report_json(report));
  co_return answer_of(body);
}

boost::asio::awaitable<RestAnswer> mapping(Services& services, RestCall call) {
  const auto report = co_await services.registry.report(call.path.at("UUID"));
  co_return answer_of(report_json(report));
}

}  // namespace api::control
