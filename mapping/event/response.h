#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/function/functions.h"

namespace mapping {

/// What a function replies to a batch when it reports which of its records failed
/// (event-source-mapping.md 5.4 and 7.3).
struct ItemFailures {
  bool is_malformed = false;     ///< The whole batch has failed.
  std::vector<std::string> ids;  ///< Else these have; none: the batch is dealt with.
  std::string problem;           ///< What is wrong with a malformed reply, in words.
};
ItemFailures read_item_failures(std::string_view payload);

/// The `state` of a reply within a tumbling window (4.4): the text of a JSON object. Nothing if
/// there is none.
std::optional<std::string> read_window_state(std::string_view payload);

}  // namespace mapping
