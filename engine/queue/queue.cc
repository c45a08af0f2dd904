#include "engine/queue/queue.h"

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
constexpr std::string_view descriptions = "qd";
constexpr std::string_view reservations = "qn";
constexpr std::string_view messages = "qm";
constexpr std::string_view standings = "qs";

// How many numbers one write takes into use. After a restart numbering goes on behind them, so that
// no receipt handle ever fits a later message.
constexpr std::uint64_t numbers_reserved = 1024;
constexpr std::size_t expired_per_batch = 1000;

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

/// One commit of a receive, and what it does to the indexes.
struct Queue::Taking {
  struct Change {
    std::uint64_t number = 0;
    Standing standing;
    std::uint64_t new_number = 0;  ///< In the dead-letter queue.
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
    const auto from = key_of(standings, id);
    for (auto each = store.scan(Column::state, from, storage::after_prefix(from)); each.valid();
         each.next()) {
      const auto number = storage::read_u64(each.key().substr(from.size()));
      queue->index_.add(number, decode_standing(each.value()), now);
    }
    queues.push_back(queue);
  }
  return queues;
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
  remove_all(batch);
  store_.commit(batch);
  is_gone_ = true;
  index_.clear();
}

void Queue::send(std::span<const NewMessage> sent, std::span<const std::string> ids,
                 TimePoint now) {
  const auto lock = hold();
  Batch batch;
  const auto first = take_numbers(sent.size(), batch);
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto& message = sent[i];
    const auto delay = message.delay.value_or(stored_.description.settings.delay);
    standings.push_back({.sent = now, .visible_at = now + delay});
    put(batch, first + i, standings.back());
    put(batch, first + i,
        Message{.id = ids[i],
                .body = message.body,
                .attributes = message.attributes,
                .system_attributes = message.system_attributes,
                .sender_id = message.sender_id});
  }
  store_.commit(batch);
  for (std::size_t i = 0; i < sent.size(); ++i) index_.add(first + i, standings[i], now);
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
      dead_letters->index_.add(change.new_number, change.standing, now);
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
  auto message = read(number);
  message.dead_letter_source_arn = stored_.description.arn;

  const auto new_number = dead_letters.take_numbers(1, taking.batch);
  remove(taking.batch, number);
  dead_letters.put(taking.batch, new_number, standing);
  dead_letters.put(taking.batch, new_number, message);
  taking.given_up.push_back({.number = number, .standing = standing, .new_number = new_number});
}

std::optional<TimePoint> Queue::next_visible(TimePoint now) {
  const std::lock_guard lock(mutex_);
  return index_.next_visible(now, limits::messages_in_flight_max);
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
}

void Queue::remove(Batch& batch, std::uint64_t number) const {
  batch.remove(Column::state, key_of(messages, stored_.id, number));
  batch.remove(Column::state, key_of(standings, stored_.id, number));
}

void Queue::remove_all(Batch& batch) const {
  for (const auto kind : {messages, standings}) {
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
