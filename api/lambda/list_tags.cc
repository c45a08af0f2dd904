// ListTags: the tags of an event source mapping or a function.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"
#include "api/lambda/tagged.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> list_tags(Services& services, RestCall call) {
  const auto& arn = call.path.at("Resource");
  const auto tagged = check_tag_call("ListTags", Json::object(), call);
  mapping::Tags tags;
  if (tagged == Tagged::mapping) {
    tags = co_await services.registry.tags(arn);
  } else {
    const auto name = function_name(arn, "resource");
    const auto function = co_await services.functions.get(name, call.caller);
    tags = function.tags;
  }
  const Json body = {{"Tags", tags}};
  co_return answer_with(200, body);
}

}  // namespace api::lambda
