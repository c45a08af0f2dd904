// ListEventSourceMappings: the mappings of a stream, of a function, or all.
// https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html

#include <algorithm>
#include <charconv>

#include "api/lambda/constraints.h"
#include "api/lambda/mapping_json.h"
#include "api/lambda/operations.h"
#include "engine/api_error.h"
#include "mapping/registry.h"

namespace api::lambda {

namespace {

/// "Returns a maximum of 100 items in each response, even if you set the number higher."
constexpr int page_max = 100;

int page_size(const std::string& text) {
  int size = 0;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, size).ptr != end) {
    throw engine::serialization_error("'" + text + "' can not be converted to an Integer");
  }
  const nlohmann::json query = {{"MaxItems", size}};
  Members members(query);
  members.integer("MaxItems", 1, 10'000);
  members.check();
  return std::min(size, page_max);
}

}  // namespace

boost::asio::awaitable<RestAnswer> list_event_source_mappings(Services& services, RestCall call) {
  mapping::MappingFilter filter;
  filter.event_source_arn = call.query["EventSourceArn"];
  filter.function_name = call.query["FunctionName"];
  filter.after = call.query["Marker"];
  const auto max_items = call.query.find("MaxItems");
  filter.limit = page_max;
  if (max_items != call.query.end()) {
    filter.limit = static_cast<std::size_t>(page_size(max_items->second));
  }
  const auto page = co_await services.registry.list(std::move(filter), std::move(call.caller));

  auto list = nlohmann::json::array();
  for (const auto& view : page.mappings) list.push_back(mapping_json(view));
  nlohmann::json body;
  if (!page.is_last) body["NextMarker"] = page.mappings.back().mapping.uuid;
  body["EventSourceMappings"] = std::move(list);
  RestAnswer answer;
  answer.body = body.dump();
  co_return answer;
}

}  // namespace api::lambda
