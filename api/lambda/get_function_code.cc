// Where GetFunction's `Code.Location` leads: the zip, as it came.

#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> get_function_code(Services& services, RestCall call) {
  const auto name = function_name(call);
  auto zip = co_await services.functions.zip_of(name, call.caller);
  if (!zip) {
    throw engine::ApiError("ResourceNotFoundException",
                           "The code of this function did not come as a zip", 404);
  }
  RestAnswer answer;
  answer.body = std::move(*zip);
  answer.content_type = "application/zip";
  co_return answer;
}

}  // namespace api::lambda
