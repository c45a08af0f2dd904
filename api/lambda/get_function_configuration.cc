// GetFunctionConfiguration: the description alone.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> get_function_configuration(Services& services, RestCall call) {
  const auto name = function_name(call);
  const auto function = co_await services.functions.get(name, call.caller);
  co_return answer_with(200, configuration(function, Moment::later, name.qualifier));
}

}  // namespace api::lambda
