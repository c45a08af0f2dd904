#include "mapping/explain.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/stream/reader.h"
#include "engine/time_text.h"
#include "mapping/drain.h"
#include "mapping/filter/criteria.h"

namespace mapping {

namespace {

using nlohmann::json;
using Verdict = Explanation::Verdict;

/// What the recorder keeps of the deliveries that had a record.
struct Trail {
  std::vector<std::uint64_t> ids;
  std::vector<json> deliveries;
};

Trail trail_of(const Recorder& recorder, const std::string& mapping_uuid,
               engine::SequenceNumber number) {
  Trail trail;
  recorder.each_kept(mapping_uuid, [&](const KeptDelivery& kept) {
    if (std::binary_search(kept.records.begin(), kept.records.end(), number)) {
      trail.ids.push_back(kept.id);
      trail.deliveries.push_back(json::parse(kept.json));
    }
    return false;
  });
  return trail;
}

std::string text_of(const json& delivery, const char* name) {
  return delivery.value(name, std::string());
}

std::string attempts_text(std::size_t attempts) {
  return attempts == 1 ? "1 attempt" : std::to_string(attempts) + " attempts";
}

std::string error_of(const json& delivery) {
  const auto type = text_of(delivery, "errorType");
  const auto message = text_of(delivery, "errorMessage");
  if (type.empty()) return message;
  return message.empty() ? type : type + ": " + message;
}

/// What its attempts so far came to, a sentence each.
std::string story_of(const Trail& trail) {
  std::string story;
  for (const auto& delivery : trail.deliveries) {
    const auto outcome = text_of(delivery, "outcome");
    if (outcome == "discarded" || outcome == "succeeded") continue;
    story += " Delivery " + std::to_string(delivery.at("deliveryId").get<std::uint64_t>()) + " (" +
             std::to_string(delivery.at("batchSize").get<std::size_t>()) + " records, attempt " +
             std::to_string(delivery.at("attempt").get<int>()) + ", at " +
             text_of(delivery, "startedAt") + ") ";
    if (outcome == "throttled") {
      story += "did not reach the function";
    } else if (outcome == "partiallyFailed") {
      story += "was accepted in part";
    } else {
      story += "failed";
    }
    const auto error = error_of(delivery);
    story += error.empty() ? "." : ": " + error + ".";
    if (!text_of(delivery, "fault").empty()) {
      story += " That was the fault " + text_of(delivery, "fault") + ", injected on demand.";
    }
  }
  return story;
}

/// Whether a partly accepted delivery had dealt with it.
bool is_accepted_part(const json& delivery, engine::SequenceNumber number) {
  const auto failed = text_of(delivery, "firstFailedSequenceNumber");
  return text_of(delivery, "outcome") == "partiallyFailed" &&
         engine::parse_sequence_number(failed).value_or(0) > number;
}

Explanation delivered(const Trail& trail, const json& delivery) {
  const auto id = delivery.at("deliveryId").get<std::uint64_t>();
  std::string text = "The function accepted it in delivery " + std::to_string(id) +
                     ", a batch of " + std::to_string(delivery.at("batchSize").get<std::size_t>()) +
                     ", at " + text_of(delivery, "startedAt") + ", request " +
                     text_of(delivery, "requestId") + ".";
  const auto before = story_of(trail);
  if (!before.empty()) text += " Before that:" + before;
  return {Verdict::delivered, std::move(text), trail.ids};
}

Explanation discarded(const Trail& trail, const json& delivery) {
  const auto condition = text_of(delivery, "errorType");
  const auto attempts = static_cast<std::size_t>(delivery.at("attempt").get<int>());
  if (condition == "Expired") {
    return {Verdict::expired,
            "The stream trimmed it after 24 hours, before the function had accepted it; that is "
            "told to nobody." +
                story_of(trail),
            trail.ids};
  }
  std::string text = condition == "RecordAgeExceeded"
                         ? "It was discarded because it was older than MaximumRecordAgeInSeconds"
                         : "It was discarded after " + attempts_text(attempts) +
                               ", as MaximumRetryAttempts has it";
  const auto destination = text_of(delivery, "destination");
  const auto problem = text_of(delivery, "destinationError");
  if (destination.empty()) {
    text += "; there is no OnFailure destination, so nobody was told.";
  } else if (problem.empty()) {
    text += "; the account of it went to " + destination + ".";
  } else {
    text += "; the account of it did not reach " + destination + ": " + problem + ".";
  }
  return {Verdict::discarded, text + story_of(trail), trail.ids};
}

const ShardReport* report_of(const MappingReport& mapping, const std::string& shard_id) {
  for (const auto& shard : mapping.shards) {
    if (shard.status.shard_id == shard_id) return &shard;
  }
  return nullptr;
}

/// What stands between a shard's reader and records that it has not tried.
std::string obstacle_of(const MappingReport& mapping, const engine::Shard& shard,
                        const ShardReport& report) {
  if (mapping.view.state != MappingState::enabled) {
    return "the mapping is " + std::string(state_name(mapping.view.state));
  }
  const auto* parent = report_of(mapping, shard.parent);
  if (parent != nullptr && !parent->status.progress.has_ended) {
    return "its shard waits until the parent shard " + shard.parent + " is dealt with to its end";
  }
  return why_not_settled(report);
}

Explanation untried(const MappingReport& mapping, const engine::Stream& stream,
                    const PlacedRecord& placed, const ShardReport& shard) {
  const auto& status = shard.status;
  const auto checkpoint = status.progress.checkpoint;
  const auto filter = FilterCriteria::compile(mapping.view.mapping.filter_patterns);
  if (placed.record && placed.number <= std::max(status.read, checkpoint) && !filter.is_empty()) {
    const auto view = placed.record->view();
    if (!filter.admits(stream, view)) {
      return {Verdict::filtered,
              "No filter of the mapping admits it, so it was passed over. " +
                  filter.why_refused(stream, view),
              {}};
    }
  }
  if (placed.number <= checkpoint) {
    const bool is_latest = mapping.view.mapping.starting_position == StartingPosition::latest;
    return {
        Verdict::passed,
        std::string("It lies before the checkpoint ") + engine::sequence_number_text(checkpoint) +
            (is_latest ? ", and the mapping began with LATEST: what was written before it began "
                         "to read is not delivered, or its delivery is no longer kept."
                       : "; the flight recorder no longer keeps what became of it."),
        {}};
  }
  const bool is_read = placed.number <= status.read;
  const auto obstacle = obstacle_of(mapping, *placed.shard, shard);
  return {is_read ? Verdict::waiting : Verdict::not_read,
          (is_read ? "It has been read and not tried as yet: " : "It has not been read as yet: ") +
              obstacle + ".",
          {}};
}

}  // namespace

std::string_view verdict_name(Verdict verdict) {
  static constexpr std::array<std::string_view, 8> names = {
      "delivered", "discarded", "expired", "filtered", "failing", "waiting", "notRead", "passed"};
  return names.at(static_cast<std::size_t>(verdict));
}

std::optional<PlacedRecord> place_of(const engine::Stream& stream,
                                     const engine::StreamReader& reader,
                                     engine::SequenceNumber number) {
  for (const auto& shard : stream.shards()) {
    if (number <= shard->starting || number > shard->newest) continue;
    auto record = reader.record(*shard, number);
    const bool is_trimmed = reader.is_trimmed_after(*shard, number - 1);
    if (record || is_trimmed) return PlacedRecord{shard, std::move(record), number};
  }
  return std::nullopt;
}

Explanation explain(const MappingReport& mapping, const engine::Stream& stream,
                    const PlacedRecord& placed, const Recorder& recorder) {
  const auto trail = trail_of(recorder, mapping.view.mapping.uuid, placed.number);
  for (const auto& delivery : trail.deliveries) {
    if (text_of(delivery, "outcome") == "succeeded" || is_accepted_part(delivery, placed.number)) {
      return delivered(trail, delivery);
    }
  }
  for (const auto& delivery : trail.deliveries) {
    if (text_of(delivery, "outcome") == "discarded") return discarded(trail, delivery);
  }
  const auto* shard = report_of(mapping, placed.shard->shard_id);
  if (shard == nullptr) {
    return {Verdict::passed, "Its shard is no longer listed." + story_of(trail), trail.ids};
  }
  if (!trail.deliveries.empty()) {
    return {Verdict::failing,
            "It is not accepted as yet: " + obstacle_of(mapping, *placed.shard, *shard) + "." +
                story_of(trail),
            trail.ids};
  }
  return untried(mapping, stream, placed, *shard);
}

}  // namespace mapping
