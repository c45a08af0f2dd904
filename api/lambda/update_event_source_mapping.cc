// UpdateEventSourceMapping: change a mapping, switch it off and on. What is absent stays.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html

#include "api/lambda/constraints.h"
#include "api/lambda/mapping_json.h"
#include "api/lambda/mapping_members.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> update_event_source_mapping(Services& services, RestCall call) {
  const auto body = Members::parse(call.body);
  const auto members = read_mapping_members(body, MappingCall::update);
  const auto uuid = call.path.at("UUID");
  co_await services.registry.get(uuid);  // There is none: said before anything about members.
  refuse_other_members(body, members);

  mapping::MappingSpec change;
  change.function_name = members.function_name;
  change.is_enabled = members.is_enabled;
  change.batch_size = members.batch_size;
  change.maximum_retry_attempts = members.maximum_retry_attempts;
  change.bisect_batch_on_function_error = members.bisect_batch_on_function_error;
  change.on_failure_destination = members.on_failure_destination;
  const auto view =
      co_await services.registry.update(uuid, std::move(change), std::move(call.caller));

  RestAnswer answer;
  answer.status = 202;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
