#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/queue/queues.h"
#include "mapping/queue/machine.h"

namespace mapping::queue {

/// What was done with messages of a queue for a mapping since it was created.
struct Counters {
  std::uint64_t messages_received = 0;   ///< Each time counts.
  std::uint64_t messages_filtered = 0;   ///< Deleted, because the mapping does not want them.
  std::uint64_t messages_delivered = 0;  ///< Deleted, because the function has dealt with them.
  std::uint64_t messages_failed = 0;     ///< Left to come back: the function failed, or named them.
  std::uint64_t messages_released = 0;   ///< Left to come back: the function was not reached.
  std::uint64_t invocations = 0;         ///< That reached the function.
  std::uint64_t failures = 0;
  std::uint64_t throttles = 0;

  /// For `engine::Documents`.
  std::string encode() const;
  static Counters decode(std::string_view bytes);
};

/// How it stands with the queue of a mapping, for those who ask.
struct Status {
  std::string queue_arn;
  bool is_there = false;  ///< The queue exists.
  engine::QueueCounts messages;
  std::optional<engine::TimePoint> next_visible;
  Load load;  ///< Nothing for a mapping that is not at work.
  Counters counters;
  std::string trouble;     ///< What the disk said, if work stands still for it.
  std::string last_error;  ///< Of the latest invocation, if it failed.

  /// Every message there is has been dealt with.
  bool is_settled() const {
    return messages.visible + messages.in_flight + messages.delayed == 0 && load.in_flight == 0;
  }
  /// Why not, in words.
  std::string why_not_settled() const;
};

}  // namespace mapping::queue
