#include "mapping/queue/item_failures.h"

#include "mapping/event/response.h"

namespace mapping::queue {

std::optional<std::set<std::string>> item_failures(std::string_view reply,
                                                   const std::set<std::string>& message_ids) {
  const auto read = read_item_failures(reply);
  if (read.is_malformed) return std::nullopt;
  std::set<std::string> failed(read.ids.begin(), read.ids.end());
  for (const auto& id : failed) {
    if (!message_ids.contains(id)) return std::nullopt;
  }
  return failed;
}

}  // namespace mapping::queue
