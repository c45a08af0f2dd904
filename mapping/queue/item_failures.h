#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace mapping::queue {

/// The messages that a function with ReportBatchItemFailures names as not dealt with, of those it
/// was given (event-source-mapping.md 7.3). Nothing if the reply is none that Lambda understands:
/// then the whole batch has failed.
std::optional<std::set<std::string>> item_failures(std::string_view reply,
                                                   const std::set<std::string>& message_ids);

}  // namespace mapping::queue
