#include "mapping/event/event.h"

#include "engine/hash.h"
#include "engine/stream/reader.h"
#include "engine/time_text.h"
#include "engine/value/json.h"

namespace mapping {

namespace {

/// Shards own ranges of the plain hash, so lanes go by another one: a shard's keys are in all.
std::uint64_t lane_hash(const engine::Stream& stream, const engine::RecordView& record) {
  const auto key = record.keys.find(stream.key_schema.front().first);
  return key ? engine::mix(engine::stable_hash(key->bytes()) + 0x9e3779b97f4a7c15) : 0;
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  engine::append_json_string(out, text);
}

void append_window(std::string& out, const Window& window, bool is_final,
                   const engine::Stream& stream, const engine::Shard& shard) {
  out += ",\"window\":{\"start\":";
  engine::append_json_string(out, engine::iso_seconds(window.start) + "Z");
  append_member(out, "end", engine::iso_seconds(window.end) + "Z");
  out += "},\"state\":" + window.state;
  append_member(out, "shardId", shard.shard_id);
  append_member(out, "eventSourceARN", stream.arn);
  out += is_final ? ",\"isFinalInvokeForWindow\":true" : ",\"isFinalInvokeForWindow\":false";
  const bool is_early = is_final && window.is_terminated_early;
  out += is_early ? ",\"isWindowTerminatedEarly\":true" : ",\"isWindowTerminatedEarly\":false";
}

}  // namespace

Arrival Events::add(const engine::Record& record, const engine::RecordView& view,
                    engine::SequenceNumber previous) {
  std::string json;
  engine::append_record_json(json, stream_, view, engine::RecordForm::lambda_event);
  Arrival arrival{record.sequence_number, view.created, json.size(), lane_hash(stream_, view),
                  previous};
  if (kept_bytes_ + json.size() <= kept_bytes_max) {
    const auto bytes = json.size();
    if (rendered_.emplace(record.sequence_number, std::move(json)).second) kept_bytes_ += bytes;
  }
  return arrival;
}

std::shared_ptr<const std::string> Events::event(std::span<const Arrival> records,
                                                 const std::optional<Window>& window,
                                                 bool is_final) {
  std::size_t bytes = 16 + (window ? window->state.size() + 512 : 0);
  for (const auto& record : records) bytes += record.event_bytes + 1;
  auto event = std::make_shared<std::string>(R"({"Records":[)");
  event->reserve(bytes);
  for (const auto& record : records) {
    if (event->back() != '[') *event += ',';
    append(*event, record.sequence_number);
  }
  *event += ']';
  if (window) append_window(*event, *window, is_final, stream_, shard_);
  *event += '}';
  return event;
}

void Events::append(std::string& out, engine::SequenceNumber number) const {
  if (const auto kept = rendered_.find(number); kept != rendered_.end()) {
    out += kept->second;
  } else if (const auto record = reader_.record(shard_, number)) {
    engine::append_record_json(out, stream_, record->view(), engine::RecordForm::lambda_event);
  } else {
    // It was trimmed this instant: as if it had been before the attempt.
    if (out.back() == ',') out.pop_back();
  }
}

void Events::forget(engine::SequenceNumber number) {
  const auto kept = rendered_.find(number);
  if (kept == rendered_.end()) return;
  kept_bytes_ -= kept->second.size();
  rendered_.erase(kept);
}

}  // namespace mapping
