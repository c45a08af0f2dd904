// POST /_dynamill/streams/rollover {"streamArn": ...}: closes every open shard and opens one child
// each, as time does every four hours.

#include <array>

#include "api/control/operations.h"
#include "api/control/resharding.h"
#include "engine/stream/resharding.h"

namespace api::control {

boost::asio::awaitable<RestAnswer> rollover(Services& services, RestCall call) {
  static constexpr std::array<std::string_view, 1> names = {"streamArn"};
  const auto members = text_members_of(call.body, names);
  const auto& arn = members.at("streamArn");
  co_return answer_of(arn, engine::roll_over(services.streams, arn));
}

}  // namespace api::control
