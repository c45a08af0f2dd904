// GET /_dynamill/mappings/{UUID}/history?after=&limit=: all that a mapping did, step by step.

#include <algorithm>

#include "api/control/operations.h"
#include "api/control/paging.h"
#include "mapping/registry.h"

namespace api::control {

boost::asio::awaitable<RestAnswer> history(Services& services, RestCall call) {
  const auto uuid = call.path.at("UUID");
  const auto page = page_of(call);
  co_await services.registry.get(uuid);  // Throws if there is none.

  RestAnswer answer;
  answer.body = "{\"steps\":[";
  for (const auto& [step, events] :
       services.registry.recorder().history(uuid, page.after, page.limit)) {
    if (answer.body.back() != '[') answer.body += ',';
    answer.body += "{\"step\":" + std::to_string(step) + ",\"events\":" + events + '}';
  }
  answer.body += "]}";
  co_return answer;
}

}  // namespace api::control
