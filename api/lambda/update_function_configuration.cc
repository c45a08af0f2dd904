// UpdateFunctionConfiguration: everything but the code; what is left out stays.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> update_function_configuration(Services& services,
                                                                 RestCall call) {
  const auto name = function_name(call);
  const auto body = body_of(call.body);
  mapping::Function scratch;
  take_settings(body, scratch);  // Here, so that what is wrong is told before anything is done.
  std::function<void(mapping::Function&)> change = [&body](mapping::Function& function) {
    take_settings(body, function);
  };
  const auto function = co_await services.functions.update(
      name, call.caller, text_of(body, "RevisionId").value_or(""), change);
  co_return answer_with(200, configuration(function, Moment::updated));
}

}  // namespace api::lambda
