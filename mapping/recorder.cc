#include "mapping/recorder.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "engine/time_text.h"
#include "engine/value/json.h"

namespace mapping {

namespace {

/// Of each mapping: the last id, a blank, LastProcessingResult.
constexpr std::string_view notes_kind = "recorder";

std::string kind_of(std::string_view mapping_uuid) {
  return "delivery/" + std::string(mapping_uuid);
}

/// In their order as text, too.
std::string id_text(std::uint64_t id) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%020llu", static_cast<unsigned long long>(id));
  return text.data();
}

std::string_view outcome_name(Delivery::Outcome outcome) {
  static constexpr std::array<std::string_view, 5> names = {"succeeded", "failed", "throttled",
                                                            "discarded", "partiallyFailed"};
  return names.at(static_cast<std::size_t>(outcome));
}

void append_name(std::string& out, std::string_view name) {
  if (out.size() > 1) out += ',';
  out += '"';
  out += name;
  out += "\":";
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
  append_name(out, name);
  engine::append_json_string(out, text);
}

void append_number(std::string& out, std::string_view name, std::uint64_t number) {
  append_name(out, name);
  out += std::to_string(number);
}

/// So many of a list that a history of large batches stays small; the batch's size says how many
/// there are.
constexpr std::size_t listed_max = 100;

void append_texts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  append_name(out, name);
  out += '[';
  for (std::size_t i = 0; i < std::min(texts.size(), listed_max); ++i) {
    if (i > 0) out += ',';
    engine::append_json_string(out, texts[i]);
  }
  out += ']';
}

std::string result_after(const Delivery& delivery, const std::string& before) {
  switch (delivery.outcome) {
    case Delivery::Outcome::succeeded:
      return "OK";
    case Delivery::Outcome::failed:
    case Delivery::Outcome::throttled:
    case Delivery::Outcome::partially_failed:
      return "PROBLEM: Function call failed";
    case Delivery::Outcome::discarded:
      break;
  }
  return before;
}

}  // namespace

std::string Delivery::json() const {
  std::string out = "{";
  append_number(out, "deliveryId", id);
  append_text(out, "mappingUuid", mapping_uuid);
  append_text(out, "functionArn", function_arn);
  const bool is_of_queue = !message_ids.empty();
  if (!is_of_queue) {
    append_text(out, "shardId", shard_id);
    append_text(out, "startSequenceNumber", engine::sequence_number_text(start));
    append_text(out, "endSequenceNumber", engine::sequence_number_text(end));
  }
  append_number(out, "batchSize", batch_size);
  append_number(out, "attempt", static_cast<std::uint64_t>(attempt));
  if (split_from != 0) append_number(out, "splitFrom", split_from);
  append_text(out, "requestId", request_id);
  append_text(out, "startedAt", engine::iso_milliseconds(started_at) + "Z");
  append_number(out, "durationMs", static_cast<std::uint64_t>(duration.count()));
  append_text(out, "outcome", outcome_name(outcome));
  if (!function_error.empty()) append_text(out, "functionError", function_error);
  if (!error_type.empty()) append_text(out, "errorType", error_type);
  if (!error_message.empty()) append_text(out, "errorMessage", error_message);
  if (!is_of_queue) append_text(out, "checkpoint", engine::sequence_number_text(checkpoint));
  if (is_of_queue) append_texts(out, "messageIds", message_ids);
  if (!failed_message_ids.empty()) append_texts(out, "failedMessageIds", failed_message_ids);
  if (!destination.empty()) append_text(out, "destination", destination);
  if (!destination_error.empty()) append_text(out, "destinationError", destination_error);
  out += '}';
  return out;
}

void Recorder::load(const std::string& mapping_uuid) {
  Notes notes{0, "No records processed"};
  if (const auto text = documents_.get(notes_kind, mapping_uuid)) {
    std::size_t end = 0;
    notes.last_id = std::stoull(*text, &end);
    notes.last_processing_result = text->substr(end + 1);
  }
  if (notes.last_id > kept_max_) {
    // Ids that a crash left out took no older delivery with them.
    documents_.remove_before(kind_of(mapping_uuid), id_text(notes.last_id - kept_max_ + 1));
  }
  notes_[mapping_uuid] = std::move(notes);
}

std::uint64_t Recorder::next_id(const std::string& mapping_uuid) {
  return ++notes_.at(mapping_uuid).last_id;
}

void Recorder::note(const Delivery& delivery, std::vector<engine::Documents::Change>& changes) {
  Notes& notes = notes_.at(delivery.mapping_uuid);
  notes.last_processing_result = result_after(delivery, notes.last_processing_result);
  const auto kind = kind_of(delivery.mapping_uuid);
  changes.push_back({kind, id_text(delivery.id), delivery.json()});
  if (delivery.id > kept_max_) {
    changes.push_back({kind, id_text(delivery.id - kept_max_), std::nullopt});
  }
  changes.push_back({std::string(notes_kind), delivery.mapping_uuid,
                     std::to_string(notes.last_id) + ' ' + notes.last_processing_result});
}

std::string Recorder::last_processing_result(const std::string& mapping_uuid) const {
  return notes_.at(mapping_uuid).last_processing_result;
}

std::vector<std::string> Recorder::deliveries(std::string_view mapping_uuid, std::uint64_t after,
                                              std::size_t limit) const {
  std::vector<std::string> texts;
  for (auto& [id, text] : documents_.list(kind_of(mapping_uuid), id_text(after), limit)) {
    texts.push_back(std::move(text));
  }
  return texts;
}

void Recorder::forget(const std::string& mapping_uuid) {
  documents_.remove_all(kind_of(mapping_uuid));
  documents_.remove(notes_kind, mapping_uuid);
  notes_.erase(mapping_uuid);
}

}  // namespace mapping
