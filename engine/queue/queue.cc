#include "engine/queue/queue.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/api_error.h"
#include "engine/limits.h"
#include "storage/error.h"
#include "storage/order_key.h"

namespace engine {

namespace {

using storage::Batch;
using storage::Column;

// The keys of queues in the column of state:
//
//     qd <name>               a description
//     qn <queue id>           a number that no message of the queue has
//     qm <queue id> <number>  a message
//     qs <queue id> <number>  its standing
//     qg <queue id> <number>  its group, in a FIFO queue
//     qf <queue id> <key>     the message that a deduplication id stands for
constexpr std::string_view descriptions = "qd";
constexpr std::string_view reservations = "qn";
constexpr std::string_view messages = "qm";
constexpr std::string_view standings = "qs";
constexpr std::string_view groups = "qg";
constexpr std::string_view first_sents = "qf";

// How many numbers one write takes into use. After a restart numbering goes on behind them, so that
// no receipt handle ever fits a later message.
constexpr std::uint64_t numbers_reserved = 1024;
constexpr std::size_t expired_per_batch = 1000;
// More than a call can add, so that none are left behind for ever.
constexpr std::size_t ended_per_send = 50;

std::string key_of(std::string_view kind, std::uint64_t queue_id) {
  std::string key(kind);
  storage::append_u64(key, queue_id);
  return key;
}

std::string key_of(std::string_view kind, std::uint64_t queue_id, std::uint64_t number) {
  std::string key = key_of(kind, queue_id);
  storage::append_u64(key, number);
  return key;
}

std::string sequence_number(std::uint64_t number) {
  auto digits = std::to_string(number);
  return "1" + std::string(19 - digits.size(), '0') + digits;
}

std::string description_key(std::string_view name) {
  return std::string(descriptions).append(name);
}

ApiError receipt_handle_is_invalid(const std::string& handle) {
  return {"ReceiptHandleIsInvalid",
          "The input receipt handle \"" + handle + "\" is not a valid receipt handle.", 404};
}

ApiError invalid_value(const std::string& value, const std::string& parameter,
                       const std::string& reason) {
  return {"InvalidParameterValueException",
          "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason};
}

}  // namespace

ApiError queue_does_not_exist() {
  return {"QueueDoesNotExist", "The specified queue does not exist."};
}

/// One commit of a send.
struct Queue::Sending {
  struct Added {
    std::uint64_t number = 0;
    Standing standing;
    std::string group;
  };

  Batch batch;
  std::uint64_t next_number = 0;
  std::vector<Added> added;
  std::map<std::string, FirstSent> first_sents;  ///< By their deduplication keys.
};

/// One commit of a receive, and what it does to the indexes.
struct Queue::Taking {
  struct Change {
    std::uint64_t number = 0;
    Standing standing;
    std::uint64_t new_number = 0;  ///< In the dead-letter queue.
    std::string group;
  };

  Batch batch;
  std::vector<Change> delivered;
  std::vector<Change> given_up;
  std::vector<Message> messages;
};

std::shared_ptr<Queue> Queue::create(storage::Store& store, StoredQueue stored) {
  Batch batch;
  batch.put(Column::state, description_key(stored.description.name), encode_queue(stored));
  store.commit(batch);
  return std::shared_ptr<Queue>(new Queue(store, std::move(stored)));
}

std::vector<std::shared_ptr<Queue>> Queue::load(storage::Store& store, TimePoint now) {
  std::vector<std::shared_ptr<Queue>> queues;
  for (auto cursor = store.scan(Column::state, descriptions, storage::after_prefix(descriptions));
       cursor.valid(); cursor.next()) {
    const auto name = cursor.key().substr(descriptions.size());
    const std::shared_ptr<Queue> queue(new Queue(store, decode_queue(name, cursor.value())));
    const auto id = queue->stored_.id;
    if (const auto bytes = store.get(Column::state, key_of(reservations, id))) {
      queue->next_number_ = queue->numbers_end_ = storage::read_u64(*bytes);
    }
    queue->load_messages(now);
    if (queue->is_fifo_) queue->load_deduplication();
    queues.push_back(queue);
  }
  return queues;
}

void Queue::load_messages(TimePoint now) {
  const auto from = key_of(standings, stored_.id);
  for (auto each = store_.scan(Column::state, from, storage::after_prefix(from)); each.valid();
       each.next()) {
    const auto number = storage::read_u64(each.key().substr(from.size()));
    std::string group;
    if (is_fifo_)
      group = store_.get(Column::state, key_of(groups, stored_.id, number)).value_or("");
    index_.add(number, decode_standing(each.value()), now, group);
    // A commit that failed may have left the reservation behind.
    next_number_ = std::max(next_number_, number + 1);
  }
  numbers_end_ = std::max(numbers_end_, next_number_);
}

void Queue::load_deduplication() {
  const auto from = key_of(first_sents, stored_.id);
  for (auto each = store_.scan(Column::state, from, storage::after_prefix(from)); each.valid();
       each.next()) {
    deduplication_.add(std::string(each.key().substr(from.size())),
                       decode_first_sent(each.value()));
  }
}

QueueDescription Queue::description() const {
  const auto lock = hold();
  return stored_.description;
}

void Queue::update(const std::function<void(QueueDescription&)>& change, TimePoint now) {
  const auto lock = hold();
  StoredQueue changed = stored_;
  change(changed.description);
  if (changed.description.settings != stored_.description.settings) {
    changed.description.modified = now;
  }
  Batch batch;
  batch.put(Column::state, description_key(stored_.description.name), encode_queue(changed));
  store_.commit(batch);
  stored_ = std::move(changed);
}

void Queue::forget() {
  const auto lock = hold();
  Batch batch;
  batch.remove(Column::state, description_key(stored_.description.name));
  batch.remove(Column::state, key_of(reservations, stored_.id));
  const auto from = key_of(first_sents, stored_.id);
  batch.remove_range(Column::state, from, storage::after_prefix(from));
  remove_all(batch);
  store_.commit(batch);
  is_gone_ = true;
  index_.clear();
}

std::vector<SentMessage> Queue::send(std::span<const NewMessage> messages,
                                     std::span<const std::string> ids, TimePoint now) {
  const auto lock = hold();
  check_groups(messages);
  Sending sending;
  sending.next_number = take_numbers(messages.size(), sending.batch);
  if (is_fifo_) forget_ended_deduplication(sending.batch, now);
  std::vector<SentMessage> sent;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    sent.push_back(send_one(sending, messages[i], ids[i], now));
  }
  store_.commit(sending.batch);
  for (const auto& [number, standing, group] : sending.added) {
    index_.add(number, standing, now, group);
  }
  for (auto& [key, first] : sending.first_sents) deduplication_.add(key, std::move(first));
  return sent;
}

SentMessage Queue::send_one(Sending& sending, const NewMessage& message, const std::string& id,
                            TimePoint now) {
  const auto number = sending.next_number;
  if (is_fifo_) {
    const auto key = deduplication_key(message);
    const auto earlier = sending.first_sents.find(key);
    const auto first = earlier == sending.first_sents.end() ? deduplication_.find(key, now)
                                                            : std::optional(earlier->second);
    if (first) return {first->message_id, sequence_number(first->number)};
    const FirstSent own{.message_id = id, .number = number, .sent = now};
    sending.first_sents.emplace(key, own);
    sending.batch.put(Column::state, key_of(first_sents, stored_.id) + key, encode_first_sent(own));
  }

  sending.next_number += 1;
  const auto delay = message.delay.value_or(stored_.description.settings.delay);
  const Standing standing{.sent = now, .visible_at = now + delay};
  put(sending.batch, number, standing);
  put(sending.batch, number,
      Message{.id = id,
              .body = message.body,
              .attributes = message.attributes,
              .system_attributes = message.system_attributes,
              .sender_id = message.sender_id,
              .group_id = message.group_id,
              .deduplication_id = message.deduplication_id});
  sending.added.push_back({.number = number, .standing = standing, .group = message.group_id});
  return {id, is_fifo_ ? sequence_number(number) : ""};
}

/// SQS's own senders check that with all else; others are told here.
void Queue::check_groups(std::span<const NewMessage> messages) const {
  if (!is_fifo_) return;
  for (const auto& message : messages) {
    for (const auto& [id, name] : {std::pair(&message.group_id, "MessageGroupId"),
                                   {&message.deduplication_id, "MessageDeduplicationId"}}) {
      if (!id->empty()) continue;
      throw ApiError("MissingRequiredParameterException",
                     std::string("The request must contain the parameter ") + name + ".");
    }
  }
}

std::string Queue::deduplication_key(const NewMessage& message) const {
  if (!stored_.description.settings.fifo->deduplicates_per_group) return message.deduplication_id;
  return message.group_id + '\0' + message.deduplication_id;
}

// What a failed commit leaves in the store means nothing any more, and goes after a restart.
void Queue::forget_ended_deduplication(Batch& batch, TimePoint now) {
  for (const auto& key : deduplication_.ended(now, ended_per_send)) {
    batch.remove(Column::state, key_of(first_sents, stored_.id) + key);
    deduplication_.remove(key);
  }
}

Queue::Received Queue::receive(std::size_t limit, std::optional<Duration> visibility,
                               Queue* dead_letters, TimePoint now) {
  std::unique_lock lock(mutex_, std::defer_lock);
  std::unique_lock<std::mutex> dead_letters_lock;
  if (dead_letters && dead_letters != this) {
    dead_letters_lock = std::unique_lock(dead_letters->mutex_, std::defer_lock);
    std::lock(lock, dead_letters_lock);
  } else {
    lock.lock();
  }
  if (is_gone_) throw queue_does_not_exist();

  expire(now);
  if (index_.in_flight_count(now) >= limits::messages_in_flight_max) {
    if (is_fifo_) return {};
    throw ApiError("OverLimit", "The maximum number of in flight messages is reached.", 403);
  }

  const auto& settings = stored_.description.settings;
  const auto hidden = visibility.value_or(settings.visibility_timeout);
  const bool gives_up = settings.redrive && dead_letters && !dead_letters->is_gone_;
  Received received;
  // Messages that a queue gives up to itself arrive at the end, and are not looked at again.
  const auto end = next_number_;
  std::uint64_t from = 0;
  while (received.messages.size() < limit) {
    // A second look at a FIFO queue could find the same messages, if they are hidden for no time.
    if (is_fifo_ && !received.messages.empty()) break;
    const auto numbers = index_.visible(from, end, limit - received.messages.size(), now);
    if (numbers.empty()) break;
    from = numbers.back() + 1;

    Taking taking;
    for (const auto number : numbers) {
      if (gives_up && index_.find(number)->receive_count >= settings.redrive->receives_max) {
        give_up(taking, number, *dead_letters, now);
      } else {
        deliver(taking, number, hidden, now);
      }
    }
    store_.commit(taking.batch);

    for (const auto& change : taking.delivered) index_.change(change.number, change.standing, now);
    for (const auto& change : taking.given_up) {
      index_.remove(change.number);
      dead_letters->index_.add(change.new_number, change.standing, now, change.group);
    }
    received.has_given_up |= !taking.given_up.empty();
    std::move(taking.messages.begin(), taking.messages.end(),
              std::back_inserter(received.messages));
  }
  return received;
}

void Queue::deliver(Taking& taking, std::uint64_t number, Duration hidden, TimePoint now) const {
  auto standing = *index_.find(number);
  if (standing.receive_count == 0) standing.first_received = now;
  standing.last_received = now;
  standing.visible_at = now + hidden;
  standing.receive_count += 1;
  put(taking.batch, number, standing);
  taking.delivered.push_back({.number = number, .standing = standing});

  auto message = read(number);
  message.sent = standing.sent;
  if (is_fifo_) message.sequence_number = sequence_number(number);
  message.first_received = standing.first_received;
  message.receive_count = standing.receive_count;
  const Receipt receipt{
      .queue_id = stored_.id, .message_number = number, .receive_count = standing.receive_count};
  message.receipt_handle = receipt.text();
  taking.messages.push_back(std::move(message));
}

void Queue::give_up(Taking& taking, std::uint64_t number, Queue& dead_letters,
                    TimePoint now) const {
  auto standing = *index_.find(number);
  standing.visible_at = now;
  // Its own dead-letter queue would give it up again and again.
  if (&dead_letters == this) standing.receive_count = 0;
  auto message = read(number);
  message.dead_letter_source_arn = stored_.description.arn;

  const auto new_number = dead_letters.take_numbers(1, taking.batch);
  remove(taking.batch, number);
  dead_letters.put(taking.batch, new_number, standing);
  dead_letters.put(taking.batch, new_number, message);
  taking.given_up.push_back({.number = number,
                             .standing = standing,
                             .new_number = new_number,
                             .group = std::move(message.group_id)});
}

std::optional<TimePoint> Queue::next_visible(TimePoint now) {
  const std::lock_guard lock(mutex_);
  auto next = index_.next_visible(now, limits::messages_in_flight_max);
  // Where a group waits for a message in flight, the end of that one's retention may come first.
  if (const auto first_sent = is_fifo_ ? index_.first_sent() : std::nullopt; next && first_sent) {
    next = std::min(*next, std::max(now, *first_sent + stored_.description.settings.retention));
  }
  return next;
}

QueueCounts Queue::counts(TimePoint now) {
  const auto lock = hold();
  expire(now);
  return {.visible = index_.visible_count(now),
          .in_flight = index_.in_flight_count(now),
          .delayed = index_.delayed_count(now)};
}

std::vector<bool> Queue::remove_messages(std::span<const std::string> receipt_handles) {
  const auto lock = hold();
  Batch batch;
  std::vector<bool> are_own;
  std::vector<std::uint64_t> removed;
  for (const auto& handle : receipt_handles) {
    const auto receipt = this->receipt(handle);
    are_own.push_back(receipt.has_value());
    if (!receipt || !standing(*receipt)) continue;
    remove(batch, receipt->message_number);
    removed.push_back(receipt->message_number);
  }
  if (!batch.empty()) store_.commit(batch);
  for (const auto number : removed) index_.remove(number);
  return are_own;
}

void Queue::change_visibility(const std::string& receipt_handle, Duration visibility,
                              TimePoint now) {
  const auto lock = hold();
  const auto receipt = this->receipt(receipt_handle);
  if (!receipt) throw receipt_handle_is_invalid(receipt_handle);
  auto standing = this->standing(*receipt);
  if (!standing) {
    throw invalid_value(receipt_handle, "ReceiptHandle",
                        "Message does not exist or is not available for visibility timeout "
                        "change.");
  }
  const std::chrono::seconds visibility_max(limits::visibility_seconds_max);
  if (now + visibility > standing->last_received + visibility_max) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(visibility).count();
    throw invalid_value(
        std::to_string(seconds), "VisibilityTimeout",
        "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
  }

  standing->visible_at = now + visibility;
  Batch batch;
  put(batch, receipt->message_number, *standing);
  store_.commit(batch);
  index_.change(receipt->message_number, *standing, now);
}

void Queue::purge() {
  const auto lock = hold();
  Batch batch;
  remove_all(batch);
  store_.commit(batch);
  index_.clear();
}

std::unique_lock<std::mutex> Queue::hold() const {
  std::unique_lock lock(mutex_);
  if (is_gone_) throw queue_does_not_exist();
  return lock;
}

std::uint64_t Queue::take_numbers(std::uint64_t count, Batch& batch) {
  const auto first = next_number_;
  next_number_ += count;
  if (next_number_ > numbers_end_) {
    numbers_end_ = next_number_ + numbers_reserved;
    std::string bytes;
    storage::append_u64(bytes, numbers_end_);
    batch.put(Column::state, key_of(reservations, stored_.id), bytes);
  }
  return first;
}

void Queue::put(Batch& batch, std::uint64_t number, const Standing& standing) const {
  batch.put(Column::state, key_of(standings, stored_.id, number), encode_standing(standing));
}

void Queue::put(Batch& batch, std::uint64_t number, const Message& message) const {
  batch.put(Column::state, key_of(messages, stored_.id, number), encode_message(message));
  if (is_fifo_) batch.put(Column::state, key_of(groups, stored_.id, number), message.group_id);
}

void Queue::remove(Batch& batch, std::uint64_t number) const {
  batch.remove(Column::state, key_of(messages, stored_.id, number));
  batch.remove(Column::state, key_of(standings, stored_.id, number));
  if (is_fifo_) batch.remove(Column::state, key_of(groups, stored_.id, number));
}

void Queue::remove_all(Batch& batch) const {
  for (const auto kind : {messages, standings, groups}) {
    const auto from = key_of(kind, stored_.id);
    batch.remove_range(Column::state, from, storage::after_prefix(from));
  }
}

Message Queue::read(std::uint64_t number) const {
  const auto bytes = store_.get(Column::state, key_of(messages, stored_.id, number));
  if (!bytes)
    throw storage::StorageError("a message of queue " + stored_.description.name +
                                " is missing in the store");
  return decode_message(*bytes);
}

/// Nothing if the handle was not given out by this queue.
std::optional<Receipt> Queue::receipt(std::string_view handle) const {
  auto receipt = Receipt::parse(handle);
  if (receipt && (receipt->queue_id != stored_.id || receipt->message_number >= next_number_)) {
    receipt.reset();
  }
  return receipt;
}

/// Nothing if the message is gone or was received again since.
std::optional<Standing> Queue::standing(const Receipt& receipt) const {
  auto found = index_.find(receipt.message_number);
  if (found && found->receive_count != receipt.receive_count) found.reset();
  return found;
}

/// Forgets what was kept as long as it should be.
void Queue::expire(TimePoint now) {
  while (true) {
    const auto expired =
        index_.sent_until(now - stored_.description.settings.retention, expired_per_batch);
    if (expired.empty()) return;
    Batch batch;
    for (const auto number : expired) remove(batch, number);
    store_.commit(batch);
    for (const auto number : expired) index_.remove(number);
  }
}

}  // namespace engine
