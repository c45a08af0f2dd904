// GET /_dynamill/mappings/{UUID}/deliveries?after=&limit=: the flight recorder, in order.

#include <charconv>

#include "api/control/operations.h"
#include "engine/api_error.h"
#include "mapping/registry.h"

namespace api::control {

namespace {

constexpr std::uint64_t page_max = 10'000;

std::uint64_t number_of(const RestCall& call, const char* name, std::uint64_t otherwise) {
  const auto found = call.query.find(name);
  if (found == call.query.end() || found->second.empty()) return otherwise;
  std::uint64_t number = 0;
  const auto* end = found->second.data() + found->second.size();
  if (std::from_chars(found->second.data(), end, number).ptr != end) {
    throw engine::validation_error(std::string(name) + " is a whole number");
  }
  return number;
}

}  // namespace

boost::asio::awaitable<RestAnswer> deliveries(Services& services, RestCall call) {
  const auto uuid = call.path.at("UUID");
  const auto after = number_of(call, "after", 0);
  const auto limit = std::min(number_of(call, "limit", 1000), page_max);
  co_await services.registry.get(uuid);  // Throws if there is none.

  RestAnswer answer;
  answer.body = "{\"deliveries\":[";
  bool is_first = true;
  for (const auto& delivery : services.registry.recorder().deliveries(uuid, after, limit)) {
    if (!is_first) answer.body += ',';
    is_first = false;
    answer.body += delivery;
  }
  answer.body += "]}";
  co_return answer;
}

}  // namespace api::control
