#include "mapping/recorder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <sstream>

#include "engine/time_text.h"
#include "mapping/json_object.h"

namespace mapping {

namespace {

/// Of each mapping: the last id, the last step, LastProcessingResult; blanks between them.
constexpr std::string_view notes_kind = "recorder";
/// A window's state up to this is kept with a delivery, so that it can be done again.
constexpr std::size_t state_bytes_max = 64 * 1024;

constexpr std::size_t error_type_bytes_max = 256;
constexpr std::size_t error_message_bytes_max = 4096;

void shorten(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  // Not within a character.
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  text.resize(bytes_max);
}

std::string deliveries_kind(std::string_view mapping_uuid) {
  return "delivery/" + std::string(mapping_uuid);
}

std::string history_kind(std::string_view mapping_uuid) {
  return "history/" + std::string(mapping_uuid);
}

/// In their order as text, too.
std::string id_text(std::uint64_t id) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%020llu", static_cast<unsigned long long>(id));
  return text.data();
}

std::string result_after(const Delivery& delivery, const std::string& before) {
  switch (delivery.outcome) {
    case Delivery::Outcome::succeeded:
      return "OK";
    case Delivery::Outcome::failed:
    case Delivery::Outcome::partially_failed:
    case Delivery::Outcome::throttled:
      return "PROBLEM: Function call failed";
    case Delivery::Outcome::discarded:
      break;
  }
  return before;
}

// A delivery as it is kept: its JSON; a line feed; its records, each as the distance from the one
// before it; and for one in a window a line feed, `final` or `within`, start and end in
// milliseconds, and the state or nothing.

void append_again(std::string& out, const Delivery& delivery) {
  out += '\n';
  engine::SequenceNumber before = 0;
  for (const auto number : delivery.records) {
    out += std::to_string(number - before);
    out += ' ';
    before = number;
  }
  if (!delivery.window) return;
  out += delivery.is_final ? "\nfinal " : "\nwithin ";
  out += std::to_string(engine::epoch_milliseconds(delivery.window->start)) + ' ' +
         std::to_string(engine::epoch_milliseconds(delivery.window->end)) + ' ' +
         (delivery.window->is_terminated_early ? "1 " : "0 ");
  if (delivery.window->state.size() <= state_bytes_max) out += delivery.window->state;
}

std::string_view line_of(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

KeptDelivery kept_of(const std::string& id, std::string_view text) {
  KeptDelivery kept;
  std::from_chars(id.data(), id.data() + id.size(), kept.id);
  kept.json = line_of(text);
  const auto numbers = line_of(text);
  engine::SequenceNumber number = 0;
  for (const char* at = numbers.data(); at < numbers.data() + numbers.size(); ++at) {
    engine::SequenceNumber distance = 0;
    at = std::from_chars(at, numbers.data() + numbers.size(), distance).ptr;
    kept.records.push_back(number += distance);
  }
  if (text.empty()) return kept;

  std::istringstream in{std::string(text)};
  std::string word;
  long long start = 0;
  long long end = 0;
  Window& window = kept.window.emplace();
  in >> word >> start >> end >> window.is_terminated_early;
  in.get();
  kept.is_final = word == "final";
  window.start = engine::from_epoch_milliseconds(start);
  window.end = engine::from_epoch_milliseconds(end);
  window.state = text.substr(static_cast<std::size_t>(in.tellg()));
  kept.is_window_kept = !window.state.empty();
  return kept;
}

}  // namespace

std::span<const std::string> listed(const std::vector<std::string>& message_ids) {
  constexpr std::size_t most = 100;
  return std::span(message_ids).first(std::min(message_ids.size(), most));
}

std::string_view outcome_name(Delivery::Outcome outcome) {
  static constexpr std::array<std::string_view, 5> names = {
      "succeeded", "failed", "partiallyFailed", "throttled", "discarded"};
  return names.at(static_cast<std::size_t>(outcome));
}

void Delivery::set_error(std::string type, std::string message) {
  shorten(type, error_type_bytes_max);
  shorten(message, error_message_bytes_max);
  error_type = std::move(type);
  error_message = std::move(message);
}

std::string Delivery::error_text() const {
  return error_type.empty() ? error_message : error_type + ": " + error_message;
}

std::string Delivery::json() const {
  std::string out;
  JsonObject object(out);
  object.number("deliveryId", id);
  object.text("mappingUuid", mapping_uuid);
  object.text("functionArn", function_arn);
  const bool is_of_queue = !message_ids.empty();
  if (!is_of_queue) {
    object.text("shardId", shard_id);
    object.text("startSequenceNumber", engine::sequence_number_text(start));
    object.text("endSequenceNumber", engine::sequence_number_text(end));
  }
  object.number("batchSize", batch_size);
  object.number("attempt", static_cast<std::uint64_t>(attempt));
  if (split_from != 0) object.number("splitFrom", split_from);
  object.text("requestId", request_id);
  object.text("startedAt", engine::iso_milliseconds(started_at) + "Z");
  object.number("durationMs", static_cast<std::uint64_t>(duration.count()));
  object.text("outcome", outcome_name(outcome));
  if (!function_error.empty()) object.text("functionError", function_error);
  if (!error_type.empty()) object.text("errorType", error_type);
  if (!error_message.empty()) object.text("errorMessage", error_message);
  if (!fault.empty()) object.text("fault", fault);
  if (first_failed != 0) {
    object.text("firstFailedSequenceNumber", engine::sequence_number_text(first_failed));
  }
  if (is_of_queue) {
    object.texts("messageIds", listed(message_ids));
    if (!failed_message_ids.empty()) {
      object.texts("failedMessageIds", listed(failed_message_ids));
    }
  } else {
    object.text("checkpoint", engine::sequence_number_text(checkpoint));
  }
  if (!destination.empty()) object.text("destination", destination);
  if (!destination_error.empty()) object.text("destinationError", destination_error);
  object.end();
  return out;
}

void Recorder::load(const std::string& mapping_uuid) {
  Notes notes{0, 0, "No records processed"};
  if (const auto text = documents_.get(notes_kind, mapping_uuid)) {
    std::istringstream in(*text);
    in >> notes.last_id >> notes.last_step;
    in.get();
    std::getline(in, notes.last_processing_result);
  }
  // Ids that a crash left out took no older delivery with them.
  if (notes.last_id > kept_max_) {
    documents_.remove_before(deliveries_kind(mapping_uuid), id_text(notes.last_id - kept_max_ + 1));
  }
  if (notes.last_step > kept_max_) {
    documents_.remove_before(history_kind(mapping_uuid), id_text(notes.last_step - kept_max_ + 1));
  }
  notes_[mapping_uuid] = std::move(notes);
}

std::uint64_t Recorder::next_id(const std::string& mapping_uuid) {
  return ++notes_.at(mapping_uuid).last_id;
}

void Recorder::keep(std::vector<engine::Documents::Change>& changes, const std::string& kind,
                    std::uint64_t id, std::string text) const {
  changes.push_back({kind, id_text(id), std::move(text)});
  if (id > kept_max_) changes.push_back({kind, id_text(id - kept_max_), std::nullopt});
}

void Recorder::note(const std::string& mapping_uuid, std::span<const Delivery> deliveries,
                    const History& history, std::vector<engine::Documents::Change>& changes) {
  if (deliveries.empty() && history.is_empty()) return;
  Notes& notes = notes_.at(mapping_uuid);
  for (const auto& delivery : deliveries) {
    notes.last_processing_result = result_after(delivery, notes.last_processing_result);
    auto text = delivery.json();
    append_again(text, delivery);
    keep(changes, deliveries_kind(mapping_uuid), delivery.id, std::move(text));
  }
  if (!history.is_empty()) {
    keep(changes, history_kind(mapping_uuid), ++notes.last_step, history.text());
  }
  changes.push_back({std::string(notes_kind), mapping_uuid,
                     std::to_string(notes.last_id) + ' ' + std::to_string(notes.last_step) + ' ' +
                         notes.last_processing_result});
}

std::string Recorder::last_processing_result(const std::string& mapping_uuid) const {
  return notes_.at(mapping_uuid).last_processing_result;
}

std::vector<std::string> Recorder::deliveries(std::string_view mapping_uuid, std::uint64_t after,
                                              std::size_t limit) const {
  std::vector<std::string> texts;
  const auto kind = deliveries_kind(mapping_uuid);
  for (const auto& [id, text] : documents_.list(kind, id_text(after), limit)) {
    texts.push_back(text.substr(0, text.find('\n')));
  }
  return texts;
}

void Recorder::each_kept(std::string_view mapping_uuid,
                         const std::function<bool(KeptDelivery& kept)>& is_enough) const {
  // In portions: all of them may be large.
  constexpr std::size_t portion = 100;
  const auto kind = deliveries_kind(mapping_uuid);
  for (std::string after;;) {
    const auto page = documents_.list(kind, after, portion);
    if (page.empty()) return;
    for (const auto& [id, text] : page) {
      auto kept = kept_of(id, text);
      if (is_enough(kept)) return;
    }
    after = page.back().first;
  }
}

std::optional<KeptDelivery> Recorder::kept(std::string_view mapping_uuid, std::uint64_t id) const {
  const auto text = documents_.get(deliveries_kind(mapping_uuid), id_text(id));
  if (!text) return std::nullopt;
  return kept_of(id_text(id), *text);
}

std::vector<std::pair<std::uint64_t, std::string>> Recorder::history(std::string_view mapping_uuid,
                                                                     std::uint64_t after,
                                                                     std::size_t limit) const {
  std::vector<std::pair<std::uint64_t, std::string>> steps;
  const auto kind = history_kind(mapping_uuid);
  for (auto& [id, events] : documents_.list(kind, id_text(after), limit)) {
    steps.emplace_back(std::stoull(id), '[' + events + ']');
  }
  return steps;
}

void Recorder::forget(const std::string& mapping_uuid) {
  documents_.remove_all(deliveries_kind(mapping_uuid));
  documents_.remove_all(history_kind(mapping_uuid));
  documents_.remove(notes_kind, mapping_uuid);
  notes_.erase(mapping_uuid);
}

}  // namespace mapping
