#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "engine/clock.h"

namespace engine {

/// A message attribute as the sender gave it.
struct MessageAttribute {
  std::string data_type;  ///< `String`, `Number`, `Binary`, or with a label: `Number.int`.
  std::string value;      ///< Text; bytes where the data type begins with `Binary`.

  bool is_binary() const { return data_type.starts_with("Binary"); }
  bool operator==(const MessageAttribute&) const = default;
};

using MessageAttributes = std::map<std::string, MessageAttribute>;

/// What a sender hands over.
struct NewMessage {
  std::string body = {};
  MessageAttributes attributes = {};
  MessageAttributes system_attributes = {};      ///< `AWSTraceHeader` is the only one there is.
  std::optional<Duration> delay = std::nullopt;  ///< Nothing: the queue's own.
  std::string sender_id = {};                    ///< As `SenderId` tells it.
  std::string group_id = {};          ///< For a FIFO queue, as is the next: never empty there.
  std::string deduplication_id = {};  ///< The given one, or what the content says.
};

/// What a sender learns.
struct SentMessage {
  std::string id;
  std::string sequence_number;  ///< In a FIFO queue.
  bool operator==(const SentMessage&) const = default;
};

/// What a receiver gets.
struct Message {
  std::string id = {};
  std::string body = {};
  MessageAttributes attributes = {};
  MessageAttributes system_attributes = {};
  std::string sender_id = {};
  std::string dead_letter_source_arn = {};  ///< Of the queue that gave it up; mostly empty.
  std::string group_id = {};                ///< In a FIFO queue, as are the next two.
  std::string deduplication_id = {};
  std::string sequence_number = {};  ///< Twenty digits that grow, also within a group.
  TimePoint sent{};
  TimePoint first_received{};
  std::uint32_t receive_count = 0;  ///< This time included.
  std::string receipt_handle = {};
};

}  // namespace engine
