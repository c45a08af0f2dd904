#include "api/control/resharding.h"

#include <algorithm>

#include "api/control/body.h"
#include "engine/api_error.h"

namespace api::control {

namespace {

using nlohmann::json;

}  // namespace

std::map<std::string, std::string> text_members_of(const std::string& body,
                                                   std::span<const std::string_view> names) {
  const auto request = object_of(body);
  std::map<std::string, std::string> members;
  for (const auto& [name, value] : request.items()) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw engine::validation_error("there is no member " + name);
    }
    if (!value.is_string()) throw engine::validation_error(name + " is a string");
    members[name] = value;
  }
  for (const auto name : names) {
    if (!members.contains(std::string(name))) {
      throw engine::validation_error(std::string(name) + " is missing");
    }
  }
  return members;
}

RestAnswer answer_of(const std::string& stream_arn, const engine::Reshaped& reshaped) {
  json body = {{"streamArn", stream_arn}, {"closed", json::array()}, {"opened", json::array()}};
  for (const auto& shard : reshaped.closed) {
    body["closed"].push_back(
        {{"shardId", shard->shard_id},
         {"endingSequenceNumber", engine::sequence_number_text(shard->newest)}});
  }
  for (const auto& shard : reshaped.opened) {
    body["opened"].push_back(
        {{"shardId", shard->shard_id},
         {"parentShardId", shard->parent},
         {"startingSequenceNumber", engine::sequence_number_text(shard->starting)}});
  }
  RestAnswer answer;
  answer.body = body.dump();
  return answer;
}

}  // namespace api::control
