#include "mapping/history.h"

#include "engine/time_text.h"
#include "mapping/json_object.h"
#include "mapping/recorder.h"
#include "mapping/shard/progress.h"

namespace mapping {

/// One event, from its making on to its end.
class History::Event {
 public:
  Event(History& history, std::string_view name, engine::TimePoint at)
      : object_(opened(history.events_)) {
    object_.text("event", name);
    object_.text("at", engine::iso_milliseconds(at) + "Z");
  }
  ~Event() { object_.end(); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void text(std::string_view name, std::string_view value) { object_.text(name, value); }
  void number(std::string_view name, std::uint64_t value) { object_.number(name, value); }
  void record(std::string_view name, engine::SequenceNumber number) {
    object_.text(name, engine::sequence_number_text(number));
  }
  void raw(std::string_view name, std::string_view json) { object_.raw(name, json); }
  void texts(std::string_view name, std::span<const std::string> values) {
    object_.texts(name, values);
  }
  void batch(const Delivery& delivery) {
    if (!delivery.message_ids.empty()) {
      number("deliveryId", delivery.id);
      return number("batchSize", delivery.batch_size);
    }
    text("shardId", delivery.shard_id);
    number("deliveryId", delivery.id);
    if (delivery.batch_size == 0) return;
    record("startSequenceNumber", delivery.start);
    record("endSequenceNumber", delivery.end);
    number("batchSize", delivery.batch_size);
  }

 private:
  static std::string& opened(std::string& events) {
    if (!events.empty()) events += ',';
    return events;
  }

  JsonObject object_;
};

void History::on_read(engine::TimePoint at, const Reading& reading) {
  {
    Event event(*this, "read", at);
    event.text("shardId", reading.shard_id);
    event.record("after", reading.after);
    event.record("startSequenceNumber", reading.first);
    event.record("endSequenceNumber", reading.last);
    event.number("records", reading.records);
  }
  if (reading.filtered == 0) return;
  Event event(*this, "filter", at);
  event.text("shardId", reading.shard_id);
  event.number("admitted", reading.records - reading.filtered);
  event.number("filteredOut", reading.filtered);
  std::string ranges = "[";
  for (const auto& range : reading.filtered_out) {
    if (ranges.size() > 1) ranges += ',';
    ranges += "[\"" + engine::sequence_number_text(range.first) + "\",\"" +
              engine::sequence_number_text(range.last) + "\"]";
  }
  event.raw("ranges", ranges + "]");
}

void History::on_receive(engine::TimePoint at, std::size_t messages,
                         const std::vector<std::string>& filtered_out) {
  Event(*this, "receive", at).number("messages", messages);
  if (filtered_out.empty()) return;
  Event event(*this, "filter", at);
  event.number("admitted", messages - filtered_out.size());
  event.number("filteredOut", filtered_out.size());
  event.texts("messageIds", filtered_out);
}

void History::on_release(engine::TimePoint at, const std::vector<std::string>& message_ids) {
  Event event(*this, "release", at);
  event.number("batchSize", message_ids.size());
  event.texts("messageIds", listed(message_ids));
}

void History::on_batch(engine::TimePoint at, const Delivery& delivery) {
  Event event(*this, "batch", at);
  event.batch(delivery);
  if (!delivery.message_ids.empty()) event.texts("messageIds", listed(delivery.message_ids));
}

void History::on_attempt(engine::TimePoint at, const Delivery& delivery) {
  Event event(*this, "attempt", at);
  event.batch(delivery);
  event.number("attempt", static_cast<std::uint64_t>(delivery.attempt));
  event.text("outcome", outcome_name(delivery.outcome));
  if (!delivery.fault.empty()) event.text("fault", delivery.fault);
}

void History::on_split(engine::TimePoint at, const Delivery& delivery, const Piece& first,
                       const Piece& second) {
  Event event(*this, "split", at);
  event.batch(delivery);
  std::string into = "[";
  for (const auto* piece : {&first, &second}) {
    if (into.size() > 1) into += ',';
    JsonObject part(into);
    part.text("startSequenceNumber", engine::sequence_number_text(piece->first));
    part.text("endSequenceNumber", engine::sequence_number_text(piece->last));
    part.number("batchSize", static_cast<std::uint64_t>(piece->size));
    part.end();
  }
  event.raw("into", into + "]");
}

void History::on_discard(engine::TimePoint at, const Delivery& delivery,
                         std::string_view condition) {
  {
    Event event(*this, "discard", at);
    event.batch(delivery);
    event.text("condition", condition);
  }
  if (delivery.destination.empty()) return;
  Event event(*this, "destination", at);
  event.number("deliveryId", delivery.id);
  event.text("destination", delivery.destination);
  event.raw("delivered", delivery.destination_error.empty() ? "true" : "false");
  if (!delivery.destination_error.empty()) event.text("error", delivery.destination_error);
}

void History::on_window(engine::TimePoint at, const Delivery& delivery, std::string_view what) {
  Event event(*this, what, at);
  event.text("shardId", delivery.shard_id);
  event.text("start", engine::iso_seconds(delivery.window->start) + "Z");
  event.text("end", engine::iso_seconds(delivery.window->end) + "Z");
}

void History::on_replay(engine::TimePoint at, const Delivery& delivery) {
  Event event(*this, "replay", at);
  event.batch(delivery);
  event.text("requestId", delivery.request_id);
  event.text("outcome", outcome_name(delivery.outcome));
}

void History::on_checkpoint(engine::TimePoint at, std::string_view shard_id,
                            engine::SequenceNumber checkpoint) {
  Event event(*this, "checkpoint", at);
  event.text("shardId", shard_id);
  event.record("sequenceNumber", checkpoint);
}

}  // namespace mapping
