// ListFunctions: all descriptions, page by page, by name.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html

#include <algorithm>

#include "api/lambda/function_answer.h"
#include "api/lambda/function_request.h"
#include "api/lambda/operations.h"
#include "engine/limits.h"

namespace api::lambda {

namespace {

std::size_t page_size(const RestCall& call) {
  const auto most = query_integer(call, "MaxItems");
  if (!most) return engine::limits::list_functions_max;
  Checks checks;
  checks.range("maxItems", most, 1, 10'000);
  checks.done();
  return std::min(static_cast<std::size_t>(*most), engine::limits::list_functions_max);
}

}  // namespace

boost::asio::awaitable<RestAnswer> list_functions(Services& services, RestCall call) {
  const auto versions = query_text(call, "FunctionVersion");
  Checks checks;
  checks.one_of("functionVersion", versions, {"ALL"});
  checks.done();
  if (query_text(call, "MasterRegion")) throw refused("MasterRegion");

  const auto most = page_size(call);
  // One more tells whether there is another page.
  auto functions =
      co_await services.functions.list(query_text(call, "Marker").value_or(""), most + 1);
  Json body = {{"Functions", Json::array()}};
  if (functions.size() > most) {
    functions.resize(most);
    body["NextMarker"] = functions.back().name;
  }
  for (const auto& function : functions) {
    body["Functions"].push_back(configuration(function, Moment::listed, versions ? "$LATEST" : ""));
  }
  co_return answer_with(200, body);
}

}  // namespace api::lambda
