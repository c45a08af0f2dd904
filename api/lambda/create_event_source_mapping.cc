// CreateEventSourceMapping: let a function have the records of a stream, or a queue's messages.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html

#include "api/lambda/mapping_json.h"
#include "api/lambda/mapping_members.h"
#include "api/lambda/model.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> create_event_source_mapping(Services& services, RestCall call) {
  const auto body = body_of(call.body);
  check_model("CreateEventSourceMapping", body);
  refuse_other_members(body, check_source(body));
  auto spec = read_mapping_spec(body);
  const auto view = co_await services.registry.create(std::move(spec), std::move(call.caller));

  RestAnswer answer;
  answer.status = 202;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
