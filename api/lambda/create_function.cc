// CreateFunction: code, and how to run it.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"

namespace api::lambda {

namespace {

mapping::Function decode(const Json& body, const engine::Caller& caller) {
  const auto name_text = text_of(body, "FunctionName");
  Checks checks;
  checks.required("functionName", name_text);
  checks.required("role", text_of(body, "Role"));
  checks.required("code", object_of(body, "Code"));
  checks.done();

  mapping::Function function;
  const auto name = function_name(*name_text, "functionName");
  if (!name.region.empty() && name.region != caller.region) {
    throw engine::ApiError("ResourceNotFoundException",
                           "Functions from '" + name.region +
                               "' are not reachable in this region "
                               "('" +
                               caller.region + "')",
                           404);
  }
  function.name = name.name;
  refuse_publishing(body);
  take_settings(body, function);
  take_architecture(body, function);
  if (function.runtime.empty() || function.handler.empty()) {
    throw invalid_parameter(
        "Runtime and Handler are mandatory parameters for functions created with deployment "
        "packages.");
  }
  if (const auto* tags = object_of(body, "Tags")) function.tags = texts_of(*tags, "Tags");
  return function;
}

}  // namespace

boost::asio::awaitable<RestAnswer> create_function(Services& services, RestCall call) {
  const auto body = body_of(call.body);
  auto function = decode(body, call.caller);
  auto code = code_source(body["Code"]);
  const auto made =
      co_await services.functions.create(std::move(function), std::move(code), call.caller);
  co_return answer_with(201, configuration(made, Moment::created));
}

}  // namespace api::lambda
