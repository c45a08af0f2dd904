// GET /_dynamill/health: answers once the program serves.

#include <nlohmann/json.hpp>

#include "api/control/operations.h"
#include "api/version.h"

namespace api::control {

boost::asio::awaitable<RestAnswer> health(Services&, RestCall) {
  const nlohmann::json body = {{"status", "ok"}, {"version", version()}};
  RestAnswer answer;
  answer.body = body.dump();
  co_return answer;
}

}  // namespace api::control
