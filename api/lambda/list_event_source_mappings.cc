// ListEventSourceMappings: the mappings of a stream, of a function, or all.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html

#include <algorithm>

#include "api/lambda/mapping_json.h"
#include "api/lambda/model.h"
#include "api/lambda/operations.h"
#include "mapping/registry.h"

namespace api::lambda {

namespace {

/// "Returns a maximum of 100 items in each response, even if you set the number higher."
constexpr long long page_max = 100;

Json query_of(const RestCall& call) {
  Json query = Json::object();
  for (const auto* name : {"EventSourceArn", "FunctionName", "Marker"}) {
    if (const auto text = query_text(call, name)) query[name] = *text;
  }
  if (const auto number = query_integer(call, "MaxItems")) query["MaxItems"] = *number;
  return query;
}

}  // namespace

boost::asio::awaitable<RestAnswer> list_event_source_mappings(Services& services, RestCall call) {
  const auto query = query_of(call);
  check_model("ListEventSourceMappings", query);
  mapping::MappingFilter filter;
  filter.event_source_arn = query.value("EventSourceArn", "");
  filter.function_name = query.value("FunctionName", "");
  filter.after = query.value("Marker", "");
  filter.limit = static_cast<std::size_t>(std::min(query.value("MaxItems", page_max), page_max));
  const auto page = co_await services.registry.list(std::move(filter), std::move(call.caller));

  auto list = Json::array();
  for (const auto& view : page.mappings) list.push_back(mapping_json(view));
  Json body;
  if (!page.is_last) body["NextMarker"] = page.mappings.back().mapping.uuid;
  body["EventSourceMappings"] = std::move(list);
  RestAnswer answer;
  answer.body = body.dump();
  co_return answer;
}

}  // namespace api::lambda
