// TagResource: give an event source mapping tags, or other values to those that it has.
// https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html

#include "api/lambda/operations.h"
#include "api/lambda/tagged.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> tag_resource(Services& services, RestCall call) {
  const auto body = body_of(call.body);
  if (check_tag_call("TagResource", body, call) == Tagged::function) {
    throw refused("TagResource of a function");
  }
  auto tags = body.at("Tags").get<mapping::Tags>();
  co_await services.registry.tag(call.path.at("Resource"), std::move(tags));
  RestAnswer answer;
  answer.status = 204;
  co_return answer;
}

}  // namespace api::lambda
