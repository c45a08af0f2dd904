#include "mapping/queue/item_failures.h"

#include <nlohmann/json.hpp>

namespace mapping::queue {

namespace {

using Json = nlohmann::json;

/// What says that there is nothing to say.
bool is_nothing(const Json& reply) {
  return reply.is_null() || (reply.is_array() && reply.empty()) ||
         (reply.is_string() && reply.get_ref<const std::string&>().empty());
}

}  // namespace

std::optional<std::set<std::string>> item_failures(std::string_view reply,
                                                   const std::set<std::string>& message_ids) {
  std::set<std::string> failed;
  if (reply.empty()) return failed;
  const auto parsed = Json::parse(reply, nullptr, false);
  if (parsed.is_discarded()) return std::nullopt;
  if (is_nothing(parsed)) return failed;
  if (!parsed.is_object()) return std::nullopt;

  const auto list = parsed.find("batchItemFailures");
  if (list == parsed.end() || list->is_null()) return failed;
  if (!list->is_array()) return std::nullopt;
  for (const auto& item : *list) {
    const auto id = item.is_object() ? item.find("itemIdentifier") : item.end();
    if (id == item.end() || !id->is_string()) return std::nullopt;
    const auto& text = id->get_ref<const std::string&>();
    if (!message_ids.contains(text)) return std::nullopt;
    failed.insert(text);
  }
  return failed;
}

}  // namespace mapping::queue
