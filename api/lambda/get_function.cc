// GetFunction: the description, and where the code is.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> get_function(Services& services, RestCall call) {
  const auto name = function_name(call);
  const auto function = co_await services.functions.get(name, call.caller);
  const auto location =
      function.hot_reload_folder.empty()
          ? "http://" + call.host + "/_dynamill/functions/" + function.name + "/code"
          : "file://" + function.hot_reload_folder;
  Json body = {{"Code", {{"Location", location}, {"RepositoryType", "S3"}}},
               {"Configuration", configuration(function, Moment::later, name.qualifier)}};
  if (!function.tags.empty()) body["Tags"] = function.tags;
  co_return answer_with(200, body);
}

}  // namespace api::lambda
