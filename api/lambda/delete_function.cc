// DeleteFunction: the description, the code and, when they have answered, the processes.
// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html

#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> delete_function(Services& services, RestCall call) {
  const auto name = function_name(call);
  if (name.qualifier == "$LATEST") {
    throw invalid_parameter("$LATEST version cannot be deleted without deleting the function.");
  }
  co_await services.functions.remove(name, call.caller);
  RestAnswer answer;
  answer.status = 204;
  co_return answer;
}

}  // namespace api::lambda
