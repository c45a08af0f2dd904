// PublishBatch: up to ten messages, each answered by itself.
// https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "api/sns/errors.h"
#include "api/sns/operations.h"
#include "engine/limits.h"
#include "engine/topic/topics.h"

namespace api::sns {

namespace {

constexpr std::size_t id_length_max = 80;

bool is_id(const std::string& id) {
  return !id.empty() && id.size() <= id_length_max &&
         std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

Json checked_entries(const Json& input) {
  const auto* entries = member(input, "PublishBatchRequestEntries");
  if (!entries || entries->empty()) {
    throw engine::ApiError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  }
  if (entries->size() > engine::limits::publish_batch_max) {
    throw engine::ApiError("TooManyEntriesInBatchRequest",
                           "The batch request contains more entries than permissible.");
  }
  std::set<std::string> ids;
  for (const auto& entry : *entries) {
    const auto id = text(entry, "Id").value_or("");
    if (!is_id(id)) {
      throw engine::ApiError(
          "InvalidBatchEntryId",
          "The Id of a batch entry in a batch request doesn't abide by the specification.");
    }
    if (!ids.insert(id).second) {
      throw engine::ApiError("BatchEntryIdsNotDistinct",
                             "Two or more batch entries in the request have the same Id.");
    }
  }
  return *entries;
}

}  // namespace

Json publish_batch(Services& services, const QueueCall& call) {
  const auto topic = topic_name(call.input);
  const auto entries = checked_entries(call.input);
  Json output{{"Successful", Json::array()}, {"Failed", Json::array()}};
  std::vector<std::string> entry_ids;
  std::vector<engine::Publication> publications;
  std::size_t bytes = 0;
  for (const auto& entry : entries) {
    const auto id = entry["Id"].get<std::string>();
    try {
      publications.push_back(publication(entry));
      entry_ids.push_back(id);
      bytes += bytes_of(publications.back());
    } catch (const engine::ApiError& error) {
      bytes += text(entry, "Message").value_or("").size();
      output["Failed"].push_back(
          {{"Id", id}, {"Code", error.code}, {"Message", error.message}, {"SenderFault", true}});
    }
  }
  if (bytes > engine::limits::notification_bytes_max) {
    throw engine::ApiError("BatchRequestTooLong",
                           "The length of all the messages put together is more than the limit.");
  }
  const auto ids = services.topics.publish(topic, publications);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    output["Successful"].push_back({{"Id", entry_ids[i]}, {"MessageId", ids[i]}});
  }
  return output;
}

}  // namespace api::sns
