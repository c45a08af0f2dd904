// POST /_dynamill/mappings/{UUID}/replay {"deliveryId": ...}, or with a failure record as a queue,
// topic or bucket got it: invokes the function again with exactly that batch. The checkpoint stays
// where it is.

#include "mapping/replay.h"

#include <nlohmann/json.hpp>

#include "api/control/body.h"
#include "api/control/operations.h"
#include "engine/api_error.h"
#include "engine/value/json_nesting.h"
#include "mapping/registry.h"

namespace api::control {

namespace {

using nlohmann::json;

constexpr std::size_t batch_size_max = 10'000;

/// A member of a failure record.
const json& member_of(const json& record, const char* name) {
  const auto found = record.find(name);
  if (found == record.end()) {
    throw engine::validation_error(std::string("the failure record has no ") + name);
  }
  return *found;
}

std::string text_of(const json& record, const char* name) {
  const auto& value = member_of(record, name);
  if (!value.is_string()) {
    throw engine::validation_error(std::string(name) + " of the failure record is a text");
  }
  return value.get<std::string>();
}

engine::SequenceNumber number_of(const json& record, const char* name) {
  const auto number = engine::parse_sequence_number(text_of(record, name));
  if (!number) {
    throw engine::validation_error(std::string(name) +
                                   " of the failure record is a number of 21 to 40 digits");
  }
  return *number;
}

mapping::ReplayOrder order_of_failure(const json& record) {
  mapping::ReplayOrder order;
  const auto& batch = member_of(record, "DDBStreamBatchInfo");
  order.stream_arn = text_of(batch, "streamArn");
  order.shard_id = text_of(batch, "shardId");
  order.first = number_of(batch, "startSequenceNumber");
  order.last = number_of(batch, "endSequenceNumber");
  const auto& size = member_of(batch, "batchSize");
  if (!size.is_number_unsigned()) {
    throw engine::validation_error("batchSize of the failure record is a whole number");
  }
  order.batch_size = size.get<std::size_t>();
  if (order.batch_size == 0 || order.batch_size > batch_size_max || order.first == 0 ||
      order.first > order.last) {
    throw engine::validation_error("the failure record tells of no batch");
  }
  const auto context = record.find("requestContext");
  if (context != record.end() && context->is_object() && context->contains("requestId")) {
    order.request_id = text_of(*context, "requestId");
  }
  return order;
}

mapping::ReplayOrder order_of(const json& body) {
  // What a queue handed over may be posted as it is.
  if (body.contains("DDBStreamBatchInfo")) return order_of_failure(body);
  if (body.size() != 1 || (!body.contains("deliveryId") && !body.contains("failureRecord"))) {
    throw engine::validation_error("a replay takes a deliveryId, or a failureRecord");
  }
  if (body.contains("failureRecord")) {
    const auto& record = body.at("failureRecord");
    if (record.is_object()) return order_of_failure(record);
    const bool is_text =
        record.is_string() && !engine::is_nested_too_deep(record.get_ref<const std::string&>());
    const auto parsed =
        is_text ? json::parse(record.get_ref<const std::string&>(), nullptr, false) : json();
    if (parsed.is_object()) return order_of_failure(parsed);
    throw engine::validation_error("failureRecord is a JSON object, or the text of one");
  }
  const auto& id = body.at("deliveryId");
  if (!id.is_number_unsigned() || id == 0) {
    throw engine::validation_error("deliveryId is a whole number above 0");
  }
  mapping::ReplayOrder order;
  order.delivery_id = id.get<std::uint64_t>();
  return order;
}

json replayed_json(const mapping::Replayed& replayed) {
  const auto& delivery = replayed.delivery;
  json body = {
      {"mappingUuid", delivery.mapping_uuid}, {"functionArn", delivery.function_arn},
      {"shardId", delivery.shard_id},         {"batchSize", delivery.batch_size},
      {"requestId", delivery.request_id},     {"outcome", mapping::outcome_name(delivery.outcome)}};
  if (delivery.id != 0) body["deliveryId"] = delivery.id;
  if (delivery.batch_size > 0) {
    body["startSequenceNumber"] = engine::sequence_number_text(delivery.start);
    body["endSequenceNumber"] = engine::sequence_number_text(delivery.end);
  }
  for (const auto& [name, text] :
       {std::pair{"functionError", delivery.function_error},
        std::pair{"errorType", delivery.error_type},
        std::pair{"errorMessage", delivery.error_message}, std::pair{"fault", delivery.fault}}) {
    if (!text.empty()) body[name] = text;
  }
  auto payload = engine::is_nested_too_deep(replayed.payload)
                     ? json(replayed.payload)
                     : json::parse(replayed.payload, nullptr, false);
  body["payload"] = payload.is_discarded() ? json(replayed.payload) : std::move(payload);
  return body;
}

}  // namespace

boost::asio::awaitable<RestAnswer> replay(Services& services, RestCall call) {
  auto order = order_of(object_of(call.body));
  const auto replayed = co_await services.registry.replay(call.path.at("UUID"), std::move(order));
  RestAnswer answer;
  answer.body = replayed_json(replayed).dump(-1, ' ', false, json::error_handler_t::replace);
  co_return answer;
}

}  // namespace api::control
