// DeleteEventSourceMapping: end a mapping and forget where it stood.
// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html

#include "api/lambda/mapping_json.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> delete_event_source_mapping(Services& services, RestCall call) {
  const auto view = co_await services.registry.remove(call.path.at("UUID"));
  RestAnswer answer;
  answer.status = 202;
  answer.body = mapping_json(view).dump();
  co_return answer;
}

}  // namespace api::lambda
