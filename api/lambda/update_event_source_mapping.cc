// UpdateEventSourceMapping: change a mapping, switch it off and on. What is absent stays.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html

#include "api/lambda/mapping_json.h"
#include "api/lambda/mapping_members.h"
#include "api/lambda/model.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

namespace {

/// What is not UpdateEventSourceMapping's is unknown to it, like any other unknown member.
void drop_what_stays(Json& body) {
  for (const auto* name : {"EventSourceArn", "StartingPosition", "StartingPositionTimestamp",
                           "Topics", "Queues", "SelfManagedEventSource", "Tags"}) {
    body.erase(name);
  }
}

}  // namespace

boost::asio::awaitable<RestAnswer> update_event_source_mapping(Services& services, RestCall call) {
  auto body = body_of(call.body);
  drop_what_stays(body);
  check_model("UpdateEventSourceMapping", body);
  const auto uuid = call.path.at("UUID");
  const auto before = co_await services.registry.get(uuid);
  refuse_other_members(body, before.mapping.source_kind());
  auto change = read_mapping_spec(body);
  const auto view =
      co_await services.registry.update(uuid, std::move(change), std::move(call.caller));

  RestAnswer answer;
  answer.status = 202;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
