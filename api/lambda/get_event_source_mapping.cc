// GetEventSourceMapping: one mapping, as it stands.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html

#include "api/lambda/mapping_json.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> get_event_source_mapping(Services& services, RestCall call) {
  const auto view = co_await services.registry.get(call.path.at("UUID"));
  RestAnswer answer;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
