// POST /_dynamill/streams/split {"streamArn": ..., "shardId": ...}: closes the shard and opens two
// children, as DynamoDB does under load.

#include <array>

#include "api/control/operations.h"
#include "api/control/resharding.h"
#include "engine/stream/resharding.h"

namespace api::control {

boost::asio::awaitable<RestAnswer> split(Services& services, RestCall call) {
  static constexpr std::array<std::string_view, 2> names = {"streamArn", "shardId"};
  const auto members = text_members_of(call.body, names);
  const auto& arn = members.at("streamArn");
  co_return answer_of(arn, engine::split(services.streams, arn, members.at("shardId")));
}

}  // namespace api::control
