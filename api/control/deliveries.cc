// GET /_dynamill/mappings/{UUID}/deliveries?after=&limit=: the flight recorder, in order.

#include "api/control/operations.h"
#include "api/control/paging.h"
#include "mapping/registry.h"

namespace api::control {

boost::asio::awaitable<RestAnswer> deliveries(Services& services, RestCall call) {
  const auto uuid = call.path.at("UUID");
  const auto page = page_of(call);
  co_await services.registry.get(uuid);  // Throws if there is none.

  RestAnswer answer;
  answer.body = "{\"deliveries\":[";
  bool is_first = true;
  for (const auto& delivery :
       services.registry.recorder().deliveries(uuid, page.after, page.limit)) {
    if (!is_first) answer.body += ',';
    is_first = false;
    answer.body += delivery;
  }
  answer.body += "]}";
  co_return answer;
}

}  // namespace api::control
