#pragma once

#include <string>
#include <string_view>

#include "engine/queue/message.h"

namespace mapping {

/// What the records of one mapping's events have in common.
struct QueueEventForm {
  std::string queue_arn;
  /// Then the checksum of attributes that are not there is null, and else it is left out: this is
  /// how AWS was recorded.
  bool has_batching_window = false;
};

/// A message as a function gets it (event-source-mapping.md 7.4).
std::string render(const QueueEventForm& form, const engine::Message& message);

}  // namespace mapping
