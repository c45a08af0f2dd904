#include "engine/queue/encoding.h"

#include "storage/error.h"
#include "storage/order_key.h"

namespace engine {

namespace {

void append_text(std::string& bytes, std::string_view text) {
  storage::append_u32(bytes, static_cast<std::uint32_t>(text.size()));
  bytes.append(text);
}

void append_time(std::string& bytes, TimePoint time) {
  storage::append_u64(bytes, static_cast<std::uint64_t>(epoch_milliseconds(time)));
}

/// Takes values from the front of bytes. Errors: `StorageError` where they end too early.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : bytes_(bytes) {}

  std::string_view take(std::size_t length) {
    if (bytes_.size() < length) {
      throw storage::StorageError("a queue's record in the store is damaged");
    }
    const auto taken = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return taken;
  }
  std::uint32_t number() { return storage::read_u32(take(4)); }
  std::uint64_t long_number() { return storage::read_u64(take(8)); }
  std::string text() { return std::string(take(number())); }
  bool is_done() const { return bytes_.empty(); }
  TimePoint time() { return from_epoch_milliseconds(static_cast<long long>(long_number())); }

 private:
  std::string_view bytes_;
};

void append_attributes(std::string& bytes, const MessageAttributes& attributes) {
  storage::append_u32(bytes, static_cast<std::uint32_t>(attributes.size()));
  for (const auto& [name, attribute] : attributes) {
    append_text(bytes, name);
    append_text(bytes, attribute.data_type);
    append_text(bytes, attribute.value);
  }
}

MessageAttributes take_attributes(Taker& taker) {
  MessageAttributes attributes;
  for (auto count = taker.number(); count > 0; --count) {
    auto name = taker.text();
    auto data_type = taker.text();
    attributes[std::move(name)] = {.data_type = std::move(data_type), .value = taker.text()};
  }
  return attributes;
}

using Texts = std::map<std::string, std::string>;

void append_texts(std::string& bytes, const Texts& texts) {
  storage::append_u32(bytes, static_cast<std::uint32_t>(texts.size()));
  for (const auto& [name, text] : texts) {
    append_text(bytes, name);
    append_text(bytes, text);
  }
}

Texts take_texts(Taker& taker) {
  Texts texts;
  for (auto count = taker.number(); count > 0; --count) {
    auto name = taker.text();
    texts[std::move(name)] = taker.text();
  }
  return texts;
}

long long number_of(const Texts& texts, const std::string& name) {
  const auto found = texts.find(name);
  if (found == texts.end()) throw storage::StorageError("a queue's record lacks its " + name);
  return std::stoll(found->second);
}

}  // namespace

std::string encode_message(const Message& message) {
  std::string bytes;
  bytes.reserve(message.body.size() + 256);
  append_text(bytes, message.id);
  append_text(bytes, message.sender_id);
  append_text(bytes, message.dead_letter_source_arn);
  append_attributes(bytes, message.attributes);
  append_attributes(bytes, message.system_attributes);
  append_text(bytes, message.body);
  if (!message.group_id.empty()) {
    append_text(bytes, message.group_id);
    append_text(bytes, message.deduplication_id);
  }
  return bytes;
}

Message decode_message(std::string_view bytes) {
  Taker taker(bytes);
  Message message;
  message.id = taker.text();
  message.sender_id = taker.text();
  message.dead_letter_source_arn = taker.text();
  message.attributes = take_attributes(taker);
  message.system_attributes = take_attributes(taker);
  message.body = taker.text();
  if (!taker.is_done()) {
    message.group_id = taker.text();
    message.deduplication_id = taker.text();
  }
  return message;
}

std::string encode_standing(const Standing& standing) {
  std::string bytes;
  append_time(bytes, standing.sent);
  append_time(bytes, standing.visible_at);
  append_time(bytes, standing.first_received);
  append_time(bytes, standing.last_received);
  storage::append_u32(bytes, standing.receive_count);
  return bytes;
}

Standing decode_standing(std::string_view bytes) {
  Taker taker(bytes);
  Standing standing;
  standing.sent = taker.time();
  standing.visible_at = taker.time();
  standing.first_received = taker.time();
  standing.last_received = taker.time();
  standing.receive_count = taker.number();
  return standing;
}

std::string encode_first_sent(const FirstSent& first) {
  std::string bytes;
  append_time(bytes, first.sent);
  storage::append_u64(bytes, first.number);
  append_text(bytes, first.message_id);
  return bytes;
}

FirstSent decode_first_sent(std::string_view bytes) {
  Taker taker(bytes);
  FirstSent first;
  first.sent = taker.time();
  first.number = taker.long_number();
  first.message_id = taker.text();
  return first;
}

// Settings are kept by name, so that a later version can add some.
std::string encode_queue(const StoredQueue& queue) {
  const auto& [name, arn, account, settings, tags, created, modified] = queue.description;
  Texts texts{
      {"arn", arn},
      {"account", account},
      {"visibility_timeout", std::to_string(settings.visibility_timeout.count())},
      {"delay", std::to_string(settings.delay.count())},
      {"receive_wait", std::to_string(settings.receive_wait.count())},
      {"retention", std::to_string(settings.retention.count())},
      {"message_bytes_max", std::to_string(settings.message_bytes_max)},
  };
  if (settings.redrive) {
    texts["redrive_arn"] = settings.redrive->dead_letter_arn;
    texts["redrive_receives_max"] = std::to_string(settings.redrive->receives_max);
  }
  if (settings.fifo) {
    texts["fifo_by_content"] = std::to_string(settings.fifo->deduplicates_by_content);
    texts["fifo_per_group"] = std::to_string(settings.fifo->deduplicates_per_group);
    texts["fifo_throughput"] = std::to_string(settings.fifo->has_throughput_per_group);
  }

  std::string bytes;
  storage::append_u64(bytes, queue.id);
  append_time(bytes, created);
  append_time(bytes, modified);
  append_texts(bytes, texts);
  append_texts(bytes, tags);
  return bytes;
}

StoredQueue decode_queue(std::string_view name, std::string_view bytes) {
  Taker taker(bytes);
  StoredQueue queue;
  queue.id = taker.long_number();
  auto& description = queue.description;
  description.name = name;
  description.created = taker.time();
  description.modified = taker.time();
  Texts texts = take_texts(taker);
  description.tags = take_texts(taker);

  description.arn = texts["arn"];
  description.account = texts["account"];
  auto& settings = description.settings;
  settings.visibility_timeout = Duration(number_of(texts, "visibility_timeout"));
  settings.delay = Duration(number_of(texts, "delay"));
  settings.receive_wait = Duration(number_of(texts, "receive_wait"));
  settings.retention = Duration(number_of(texts, "retention"));
  settings.message_bytes_max = static_cast<std::size_t>(number_of(texts, "message_bytes_max"));
  if (texts.contains("redrive_arn")) {
    const auto receives_max = static_cast<std::uint32_t>(number_of(texts, "redrive_receives_max"));
    settings.redrive =
        RedrivePolicy{.dead_letter_arn = texts["redrive_arn"], .receives_max = receives_max};
  }
  if (texts.contains("fifo_by_content")) {
    settings.fifo =
        FifoSettings{.deduplicates_by_content = number_of(texts, "fifo_by_content") != 0,
                     .deduplicates_per_group = number_of(texts, "fifo_per_group") != 0,
                     .has_throughput_per_group = number_of(texts, "fifo_throughput") != 0};
  }
  return queue;
}

}  // namespace engine
