#include "mapping/event/response.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mapping {

namespace {

using nlohmann::ordered_json;

ItemFailures malformed(std::string problem) {
  ItemFailures failures;
  failures.is_malformed = true;
  failures.problem = std::move(problem);
  return failures;
}

}  // namespace

ItemFailures read_item_failures(std::string_view payload) {
  // What most functions reply most of the time.
  if (payload.empty() || payload == "null" || payload == "{}") return {};
  const auto reply = ordered_json::parse(payload, nullptr, false);
  if (reply.is_discarded()) return malformed("the reply is not JSON");
  if (reply.is_null() || (reply.is_array() && reply.empty()) || reply == "") return {};
  if (!reply.is_object()) return malformed("the reply is not a JSON object");
  const auto list = reply.find("batchItemFailures");
  if (list == reply.end() || list->is_null()) return {};
  if (!list->is_array()) return malformed("batchItemFailures is not a list");

  ItemFailures failures;
  for (const auto& entry : *list) {
    const bool has_id = entry.is_object() && entry.contains("itemIdentifier");
    if (!has_id) return malformed("an entry of batchItemFailures has no itemIdentifier");
    const auto& id = entry.at("itemIdentifier");
    if (!id.is_string() || id.get_ref<const std::string&>().empty()) {
      return malformed("an itemIdentifier is " + (id.is_string() ? "empty" : id.dump()));
    }
    failures.ids.push_back(id.get<std::string>());
  }
  return failures;
}

std::optional<std::string> read_window_state(std::string_view payload) {
  const auto reply = ordered_json::parse(payload, nullptr, false);
  if (!reply.is_object()) return std::nullopt;
  const auto state = reply.find("state");
  if (state == reply.end() || !state->is_object()) return std::nullopt;
  return state->dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace mapping
