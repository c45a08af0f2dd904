#include "api/sqs/paging.h"

#include "api/sqs/errors.h"
#include "engine/limits.h"
#include "engine/value/json.h"

namespace api::sqs {

Page page_of(const Json& input) {
  Page page;
  const auto size = integer_between(input, "MaxResults", 1, engine::limits::list_queues_max,
                                    "Must be an integer between 1 and 1000, if provided.");
  page.size = static_cast<std::size_t>(size.value_or(engine::limits::list_queues_max));
  page.is_bounded = size.has_value();
  if (const auto token = text(input, "NextToken"); token && !token->empty()) {
    auto name = engine::decode_base64(*token);
    if (!name) throw invalid_parameter("Invalid or expired NextToken.");
    page.after = *std::move(name);
  }
  return page;
}

Json urls_of(std::span<const engine::QueueDescription> queues, const Page& page,
             const std::string& host, const char* name) {
  Json output = Json::object();
  const auto shown = queues.first(std::min(queues.size(), page.size));
  for (const auto& queue : shown) {
    output[name].push_back(queue_url(host, queue.account, queue.name));
  }
  if (page.is_bounded && shown.size() < queues.size()) {
    std::string token;
    engine::append_base64(token, shown.back().name);
    output["NextToken"] = token;
  }
  return output;
}

}  // namespace api::sqs
