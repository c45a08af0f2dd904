// GET /_dynamill/explain?streamArn=&sequenceNumber=: why a record did or did not reach each
// function so far.

#include "mapping/explain.h"

#include <nlohmann/json.hpp>

#include "api/control/operations.h"
#include "engine/api_error.h"
#include "engine/stream/reader.h"
#include "engine/stream/streams.h"
#include "engine/time_text.h"
#include "mapping/registry.h"

namespace api::control {

namespace {

using nlohmann::json;

engine::SequenceNumber number_of(const std::string& text) {
  const auto number = engine::parse_sequence_number(text);
  if (!number) throw engine::validation_error("sequenceNumber is a number of 21 to 40 digits");
  return *number;
}

json explanation_json(const mapping::MappingReport& report,
                      const mapping::Explanation& explanation) {
  return {
      {"mappingUuid", report.view.mapping.uuid},
      {"functionArn", report.view.mapping.function_arn},
      {"verdict", mapping::verdict_name(explanation.verdict)},
      {"explanation", explanation.text},
      {"deliveries", explanation.deliveries},
  };
}

}  // namespace

boost::asio::awaitable<RestAnswer> explain(Services& services, RestCall call) {
  const auto arn = call.query["streamArn"];
  const auto number = number_of(call.query["sequenceNumber"]);
  const auto stream = services.streams.find(arn);
  if (!stream) throw engine::ApiError("ResourceNotFoundException", "No stream " + arn, 404);
  const auto placed = mapping::place_of(*stream, services.stream_reader, number);
  if (!placed) {
    throw engine::ApiError("ResourceNotFoundException",
                           "The stream has no record " + call.query["sequenceNumber"], 404);
  }

  json body = {{"streamArn", arn},
               {"sequenceNumber", engine::sequence_number_text(number)},
               {"shardId", placed->shard->shard_id},
               {"isTrimmed", !placed->record.has_value()},
               {"mappings", json::array()}};
  if (placed->record) {
    const auto view = placed->record->view();
    body["eventName"] = engine::event_name_text(view.event_name);
    body["writtenAt"] = engine::iso_milliseconds(view.created) + "Z";
  }
  const auto reports = co_await services.registry.reports();
  for (const auto& report : reports) {
    if (report.view.mapping.event_source_arn != arn) continue;
    const auto explanation =
        mapping::explain(report, *stream, *placed, services.registry.recorder());
    body["mappings"].push_back(explanation_json(report, explanation));
  }
  RestAnswer answer;
  answer.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  co_return answer;
}

}  // namespace api::control
