#pragma once

#include <string>
#include <string_view>

#include "engine/queue/deduplication.h"
#include "engine/queue/index.h"
#include "engine/queue/message.h"
#include "engine/queue/queues.h"

/// How queues and messages lie in the store. A message is written once; how it stands is a small
/// record of its own, so that a receive writes a few bytes however long the message is.
namespace engine {

/// All of a message except what its standing, its number and its receipt say.
std::string encode_message(const Message& message);
Message decode_message(std::string_view bytes);

std::string encode_standing(const Standing& standing);
Standing decode_standing(std::string_view bytes);

std::string encode_first_sent(const FirstSent& first);
FirstSent decode_first_sent(std::string_view bytes);

struct StoredQueue {
  std::uint64_t id = 0;  ///< Its messages' keys begin with it; never used again.
  QueueDescription description;
};
std::string encode_queue(const StoredQueue& queue);
/// The name is in the key.
StoredQueue decode_queue(std::string_view name, std::string_view bytes);

}  // namespace engine
