// UpdateFunctionCode: another zip, or another folder.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

boost::asio::awaitable<RestAnswer> update_function_code(Services& services, RestCall call) {
  const auto name = function_name(call);
  const auto body = body_of(call.body);
  refuse_publishing(body);
  if (boolean_of(body, "DryRun").value_or(false)) throw refused("DryRun");
  mapping::Function wanted;
  take_architecture(body, wanted);
  const bool has_architecture = list_of(body, "Architectures") != nullptr;
  auto code = code_source(body);
  // Before a zip is unpacked for nobody.
  co_await services.functions.get(name, call.caller);

  std::function<void(mapping::Function&)> change = [=](mapping::Function& function) {
    if (has_architecture) function.architecture = wanted.architecture;
  };
  const auto function = co_await services.functions.update_code(
      name, call.caller, text_of(body, "RevisionId").value_or(""), std::move(code), change);
  co_return answer_with(200, configuration(function, Moment::updated));
}

}  // namespace api::lambda
