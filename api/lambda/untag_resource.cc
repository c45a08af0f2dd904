// UntagResource: take tags away from an event source mapping. Keys that it does not have do no
// harm. https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html

#include "api/lambda/operations.h"
#include "api/lambda/tagged.h"
#include "mapping/registry.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> untag_resource(Services& services, RestCall call) {
  std::vector<std::string> keys;
  for (const auto& [name, value] : call.query_list) {
    if (name == "tagKeys") keys.push_back(value);
  }
  Json input = Json::object();
  if (!keys.empty()) input["TagKeys"] = keys;
  if (check_tag_call("UntagResource", std::move(input), call) == Tagged::function) {
    throw refused("UntagResource of a function");
  }
  co_await services.registry.untag(call.path.at("Resource"), std::move(keys));
  RestAnswer answer;
  answer.status = 204;
  co_return answer;
}

}  // namespace api::lambda
