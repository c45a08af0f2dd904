// POST /_dynamill/drain {"timeoutSeconds": 30}: answers once every enabled mapping has dealt with
// every record and message there is, retries and cascades included, or says what is left and why.

#include <nlohmann/json.hpp>

#include "api/control/body.h"
#include "api/control/operations.h"
#include "engine/api_error.h"
#include "mapping/registry.h"

namespace api::control {

namespace {

using nlohmann::json;

engine::Duration timeout_of(const std::string& body) {
  constexpr double otherwise = 30;
  if (body.empty()) return std::chrono::seconds(30);
  const auto request = object_of(body);
  const auto seconds = request.value("timeoutSeconds", json(otherwise));
  if (!seconds.is_number() || seconds.get<double>() < 0 || seconds.get<double>() > 86'400) {
    throw engine::validation_error("timeoutSeconds is a number from 0 to 86400");
  }
  return engine::Duration(static_cast<long long>(seconds.get<double>() * 1000));
}

json pending_json(const mapping::Pending& pending) {
  if (!pending.queue_arn.empty()) {
    return {
        {"mappingUuid", pending.mapping_uuid},
        {"functionArn", pending.function_arn},
        {"queueArn", pending.queue_arn},
        {"why", pending.why},
    };
  }
  return {
      {"mappingUuid", pending.mapping_uuid},
      {"functionArn", pending.function_arn},
      {"shardId", pending.shard_id},
      {"checkpoint", engine::sequence_number_text(pending.checkpoint)},
      {"newest", engine::sequence_number_text(pending.newest)},
      {"why", pending.why},
  };
}

}  // namespace

boost::asio::awaitable<RestAnswer> drain(Services& services, RestCall call) {
  const auto timeout = timeout_of(call.body);
  const auto left = co_await services.registry.drain(timeout);
  json body = {{"drained", left.empty()}};
  for (const auto& pending : left) body["pending"].push_back(pending_json(pending));
  RestAnswer answer;
  answer.status = left.empty() ? 200 : 409;
  answer.body = body.dump();
  co_return answer;
}

}  // namespace api::control
