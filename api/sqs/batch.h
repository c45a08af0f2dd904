#pragma once

#include <string>

#include "api/sqs/input.h"
#include "engine/api_error.h"

/// Requests of up to ten entries, each with an `Id`, each answered by itself.
namespace api::sqs {

/// The member `Entries`, as it may be answered entry by entry. Errors: EmptyBatchRequest (which
/// names the entries' `type`), TooManyEntriesInBatchRequest, InvalidBatchEntryId,
/// BatchEntryIdsNotDistinct.
Json batch_entries(const Json& input, const std::string& type);

class BatchAnswer {
 public:
  /// `entry`: what there is to say beside the id.
  void succeeded(const std::string& id, Json entry = Json::object());
  void failed(const std::string& id, const engine::ApiError& error);
  const Json& json() const { return json_; }

 private:
  Json json_{{"Successful", Json::array()}, {"Failed", Json::array()}};
};

}  // namespace api::sqs
