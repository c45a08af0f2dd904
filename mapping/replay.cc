#include "mapping/replay.h"

#include <nlohmann/json.hpp>

#include "engine/api_error.h"
#include "engine/stream/reader.h"
#include "mapping/event/event.h"
#include "mapping/filter/criteria.h"
#include "mapping/shard/verdict.h"

namespace mapping {

namespace {

using nlohmann::json;

engine::ApiError cannot_replay(std::string why) {
  return {"InvalidParameterValueException", std::move(why)};
}

RecordedBatch batch_of(const KeptDelivery& kept) {
  if (!kept.is_window_kept) {
    throw cannot_replay("The state of the tumbling window was too large to be kept");
  }
  return {kept.id, json::parse(kept.json).at("shardId").get<std::string>(), kept.records,
          kept.window, kept.is_final};
}

/// The discarded delivery that a failure record tells of. By the request id, because the same
/// records may have been given up twice, around a crash.
std::optional<KeptDelivery> told_of(const ReplayOrder& order, const Mapping& mapping,
                                    const Recorder& recorder) {
  std::optional<KeptDelivery> found;
  recorder.each_kept(mapping.uuid, [&](KeptDelivery& kept) {
    if (kept.records.empty() || kept.records.front() != order.first ||
        kept.records.back() != order.last || kept.records.size() != order.batch_size) {
      return false;
    }
    const auto delivery = json::parse(kept.json);
    if (delivery.value("outcome", "") != "discarded") return false;
    const bool is_it = delivery.value("requestId", "") == order.request_id;
    if (is_it || !found) found = std::move(kept);
    return is_it;
  });
  return found;
}

/// From the stream itself, when the recorder no longer keeps the delivery.
RecordedBatch read_again(const ReplayOrder& order, const Mapping& mapping,
                         const engine::Stream& stream, const engine::StreamReader& reader) {
  const auto shard = stream.shard(order.shard_id);
  if (!shard) {
    throw engine::ApiError("ResourceNotFoundException", "The stream has no shard " + order.shard_id,
                           404);
  }
  const auto filter = FilterCriteria::compile(mapping.filter_patterns);
  RecordedBatch batch{0, order.shard_id, {}};
  auto after = order.first - 1;
  for (bool is_over = false; !is_over;) {
    const auto page = reader.read(*shard, after, engine::limits::get_records_max,
                                  engine::limits::get_records_bytes_max);
    is_over = page.records.empty() || batch.records.size() > order.batch_size;
    for (const auto& record : page.records) {
      after = record.sequence_number;
      is_over = is_over || after > order.last;
      if (after > order.last) break;
      if (filter.is_empty() || filter.admits(stream, record.view())) batch.records.push_back(after);
    }
  }
  if (batch.records.size() != order.batch_size) {
    throw cannot_replay("The batch cannot be put together again: it had " +
                        std::to_string(order.batch_size) + " records, the stream has " +
                        std::to_string(batch.records.size()) +
                        " of them, and the flight recorder no longer keeps it");
  }
  return batch;
}

}  // namespace

RecordedBatch find_batch(const ReplayOrder& order, const Mapping& mapping,
                         const engine::Stream& stream, const engine::StreamReader& reader,
                         const Recorder& recorder) {
  if (order.delivery_id != 0) {
    const auto kept = recorder.kept(mapping.uuid, order.delivery_id);
    if (kept) return batch_of(*kept);
    throw engine::ApiError(
        "ResourceNotFoundException",
        "The flight recorder has no delivery " + std::to_string(order.delivery_id), 404);
  }
  if (order.stream_arn != mapping.event_source_arn) {
    throw cannot_replay("The failure record is of another stream: " + order.stream_arn);
  }
  if (const auto kept = told_of(order, mapping, recorder)) return batch_of(*kept);
  return read_again(order, mapping, stream, reader);
}

std::shared_ptr<const std::string> event_of(const RecordedBatch& batch,
                                            const engine::Stream& stream,
                                            const engine::StreamReader& reader) {
  const auto shard = stream.shard(batch.shard_id);
  if (!shard) {
    throw cannot_replay("The shard " + batch.shard_id + " and its records have been trimmed");
  }
  Events events(reader, stream, *shard);
  std::vector<Arrival> arrivals;
  std::size_t bytes = 0;
  for (const auto number : batch.records) {
    const auto record = reader.record(*shard, number);
    if (!record || reader.is_trimmed_after(*shard, number - 1)) {
      throw cannot_replay("The record " + engine::sequence_number_text(number) +
                          " has been trimmed");
    }
    arrivals.push_back(events.add(*record, record->view(), number - 1));
    bytes += arrivals.back().event_bytes + 1;
    if (bytes > engine::limits::invoke_payload_bytes_max && arrivals.size() > 1) {
      throw cannot_replay("The batch is larger than an event may be");
    }
  }
  return events.event(arrivals, batch.window, batch.is_final);
}

Replayed judge_replay(const RecordedBatch& batch, const Mapping& mapping, Invocation invocation) {
  Attempt attempt;
  attempt.window = batch.window;
  attempt.is_final = batch.is_final;
  std::vector<Arrival> arrivals;
  for (const auto number : batch.records) arrivals.push_back({.sequence_number = number});
  const auto verdict = verdict_of(invocation, attempt, arrivals, mapping.policy({}));

  Replayed replayed;
  Delivery& delivery = replayed.delivery;
  delivery.id = batch.delivery_id;
  delivery.mapping_uuid = mapping.uuid;
  delivery.function_arn = mapping.function_arn;
  delivery.shard_id = batch.shard_id;
  delivery.batch_size = batch.records.size();
  if (!batch.records.empty()) {
    delivery.start = batch.records.front();
    delivery.end = batch.records.back();
  }
  delivery.request_id = invocation.request_id;
  delivery.fault = invocation.fault;
  delivery.first_failed = verdict.first_failed;
  delivery.function_error = verdict.function_error.value_or("");
  switch (verdict.kind) {
    case Verdict::Kind::accepted:
      delivery.outcome = Delivery::Outcome::succeeded;
      break;
    case Verdict::Kind::partial:
      delivery.outcome = Delivery::Outcome::partially_failed;
      break;
    case Verdict::Kind::refused:
      delivery.outcome = Delivery::Outcome::failed;
      break;
    case Verdict::Kind::not_reached:
      delivery.outcome = Delivery::Outcome::throttled;
      break;
  }
  if (verdict.kind != Verdict::Kind::accepted) {
    delivery.set_error(invocation.error_type,
                       verdict.problem.empty() ? invocation.error_message : verdict.problem);
  }
  replayed.payload = std::move(invocation.payload);
  return replayed;
}

}  // namespace mapping
