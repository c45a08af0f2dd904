#include "api/sqs/batch.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "api/sqs/errors.h"
#include "engine/limits.h"

namespace api::sqs {

namespace {

constexpr std::size_t id_length_max = 80;

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= id_length_max && std::all_of(id.begin(), id.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

}  // namespace

Json batch_entries(const Json& input, const std::string& type) {
  const auto* given = member(input, "Entries");
  if (given && !given->is_array()) throw engine::serialization_error("Entries is not a list");
  if (!given || given->empty()) {
    throw engine::ApiError("EmptyBatchRequest",
                           "There should be at least one " + type + " in the request.");
  }
  const auto most = engine::limits::message_batch_max;
  if (given->size() > most) {
    throw engine::ApiError("TooManyEntriesInBatchRequest",
                           "Maximum number of entries per request are " + std::to_string(most) +
                               ". You have sent " + std::to_string(given->size()) + ".");
  }
  std::set<std::string> ids;
  for (const auto& entry : *given) {
    if (!entry.is_object()) throw engine::serialization_error("An entry is not an object");
    const auto id = text(entry, "Id").value_or("");
    if (!is_id(id)) {
      throw engine::ApiError("InvalidBatchEntryId",
                             "A batch entry id can only contain alphanumeric characters, hyphens "
                             "and underscores. It can be at most 80 letters long.");
    }
    if (!ids.insert(id).second) {
      throw engine::ApiError("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
    }
  }
  return *given;
}

void BatchAnswer::succeeded(const std::string& id, Json entry) {
  entry["Id"] = id;
  json_["Successful"].push_back(std::move(entry));
}

void BatchAnswer::failed(const std::string& id, const engine::ApiError& error) {
  json_["Failed"].push_back({{"Id", id},
                             {"SenderFault", true},
                             {"Code", query_code(error.code)},
                             {"Message", error.message}});
}

}  // namespace api::sqs
