#pragma once

#include <map>
#include <string>
#include <string_view>

#include "api/operation.h"
#include "engine/api_error.h"
#include "engine/table/table_notes.h"

/// Kinesis data streams as destinations of a table's changes (dynamodb.md 17.6). There is no
/// Kinesis here: what is asked for is kept and shown, and nothing is delivered.
namespace api {

struct KinesisDestination {
  bool is_active = true;
  std::string precision;  ///< `ApproximateCreationDateTimePrecision`; empty: not asked for.
};

/// By the stream's ARN; also those that were disabled.
using KinesisDestinations = std::map<std::string, KinesisDestination, std::less<>>;

KinesisDestinations kinesis_destinations_of(const Services& services, const engine::Table& table);
engine::TableNotes::Changes notes_of(const KinesisDestinations& destinations);

/// `StreamArn` of the request. Throws ValidationException for what is no ARN of a Kinesis stream.
std::string kinesis_stream_of(JsonView body);
/// `ApproximateCreationDateTimePrecision` in that member of the request, or nothing.
std::string_view precision_in(JsonView body, std::string_view member);

/// The destination that there has to be. Throws ValidationException.
KinesisDestination& required_destination(KinesisDestinations& destinations,
                                         const std::string& stream_arn, const engine::Table& table);
/// ValidationException `Table is not in a valid state to ...: ` and the reason.
engine::ApiError kinesis_state_error(const std::string& reason);

}  // namespace api
