#include "mapping/queue/status.h"

#include <sstream>

#include "engine/time_text.h"

namespace mapping::queue {

namespace {

std::string count_of(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + ' ' + std::string(count == 1 ? one : many);
}

}  // namespace

std::string Counters::encode() const {
  std::ostringstream out;
  out << messages_received << ' ' << messages_filtered << ' ' << messages_delivered << ' '
      << messages_failed << ' ' << messages_released << ' ' << invocations << ' ' << failures << ' '
      << throttles;
  return out.str();
}

Counters Counters::decode(std::string_view bytes) {
  Counters counters;
  std::istringstream in{std::string(bytes)};
  in >> counters.messages_received >> counters.messages_filtered >> counters.messages_delivered >>
      counters.messages_failed >> counters.messages_released >> counters.invocations >>
      counters.failures >> counters.throttles;
  return counters;
}

std::string Status::why_not_settled() const {
  if (!trouble.empty()) return "the store failed: " + trouble;
  std::string why = std::to_string(messages.visible) + " visible, " +
                    std::to_string(messages.in_flight) + " in flight and " +
                    std::to_string(messages.delayed) + " delayed messages";
  if (load.in_flight > 0) {
    why += "; " + count_of(load.in_flight, "batch is", "batches are") + " with the function";
  }
  if (load.throttled > 0) {
    why += "; " + count_of(load.throttled, "batch does", "batches do") + " not reach the function";
  }
  if (load.gathered > 0) {
    why += "; " + count_of(load.gathered, "message waits", "messages wait") +
           " for a batch to be full or its window to end";
  }
  if (next_visible && messages.visible == 0) {
    why += "; the next is visible at " + engine::iso_milliseconds(*next_visible) + "Z";
  }
  if (!last_error.empty()) why += "; last error: " + last_error;
  return why;
}

}  // namespace mapping::queue
