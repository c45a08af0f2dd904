#include "api/dynamodb/kinesis_destinations.h"

#include <nlohmann/json.hpp>

#include "api/member.h"
#include "engine/arn.h"
#include "engine/table/table_notes.h"

namespace api {

namespace {

using nlohmann::json;

constexpr std::string_view note_name = "kinesis-destinations";

}  // namespace

KinesisDestinations kinesis_destinations_of(const Services& services, const engine::Table& table) {
  KinesisDestinations destinations;
  const auto note = engine::TableNotes(services.documents).get(table, note_name);
  if (!note) return destinations;
  const auto kept = json::parse(*note);
  for (const auto& [stream_arn, in] : kept.items()) {
    destinations[stream_arn] = {in.at("isActive"), in.at("precision")};
  }
  return destinations;
}

engine::TableNotes::Changes notes_of(const KinesisDestinations& destinations) {
  auto note = json::object();
  for (const auto& [stream_arn, destination] : destinations) {
    note[stream_arn] = {{"isActive", destination.is_active}, {"precision", destination.precision}};
  }
  return {{std::string(note_name), note.dump()}};
}

std::string kinesis_stream_of(JsonView body) {
  const std::string text{std::string_view(required_member(body, "StreamArn"))};
  const auto arn = engine::Arn::parse(text);
  if (!arn || arn->service != "kinesis" || !arn->resource.starts_with("stream/")) {
    throw engine::validation_error("Invalid StreamArn");
  }
  return text;
}

std::string_view precision_in(JsonView body, std::string_view member) {
  const auto configuration = member_of(body, member);
  if (!configuration) return {};
  const auto precision = member_of(*configuration, "ApproximateCreationDateTimePrecision");
  return precision ? std::string_view(*precision) : std::string_view();
}

KinesisDestination& required_destination(KinesisDestinations& destinations,
                                         const std::string& stream_arn,
                                         const engine::Table& table) {
  const auto found = destinations.find(stream_arn);
  if (found != destinations.end()) return found->second;
  throw kinesis_state_error("No streaming destination with streamArn: " + stream_arn +
                            " found for table with tableName: " + table.name);
}

engine::ApiError kinesis_state_error(const std::string& reason) {
  return engine::validation_error(
      "Table is not in a valid state to enable Kinesis Streaming Destination: " + reason);
}

}  // namespace api
