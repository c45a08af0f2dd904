#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api_error.h"
#include "engine/clock.h"
#include "engine/queue/deduplication.h"
#include "engine/queue/encoding.h"
#include "engine/queue/index.h"
#include "engine/queue/queues.h"
#include "engine/queue/receipt.h"
#include "storage/store.h"

namespace engine {

/// One queue: its description and where its messages stand in memory, all of it in the store.
///
/// Safe to call from any thread: calls take turns, each with its commit. Errors: QueueDoesNotExist
/// once it is forgotten; `StorageError`.
class Queue {
 public:
  /// Writes its description.
  static std::shared_ptr<Queue> create(storage::Store& store, StoredQueue stored);
  /// All that are in the store.
  static std::vector<std::shared_ptr<Queue>> load(storage::Store& store, TimePoint now);

  QueueDescription description() const;
  const std::string& arn() const { return arn_; }  ///< It never changes; nor does the next.
  bool is_fifo() const { return is_fifo_; }
  void update(const std::function<void(QueueDescription&)>& change, TimePoint now);
  /// Removes all of it from the store.
  void forget();

  /// `ids`: one for each, to be used if it is new.
  std::vector<SentMessage> send(std::span<const NewMessage> sent, std::span<const std::string> ids,
                                TimePoint now);
  struct Received {
    std::vector<Message> messages;
    bool has_given_up = false;  ///< Some went to the dead-letter queue.
  };
  /// `dead_letters`: where messages go that were received too often; null: they are received again.
  Received receive(std::size_t limit, std::optional<Duration> visibility, Queue* dead_letters,
                   TimePoint now);
  std::optional<TimePoint> next_visible(TimePoint now);
  QueueCounts counts(TimePoint now);

  std::vector<bool> remove_messages(std::span<const std::string> receipt_handles);
  void change_visibility(const std::string& receipt_handle, Duration visibility, TimePoint now);
  void purge();

 private:
  Queue(storage::Store& store, StoredQueue stored)
      : store_(store),
        arn_(stored.description.arn),
        is_fifo_(stored.description.settings.fifo.has_value()),
        stored_(std::move(stored)),
        index_(is_fifo_) {}

  struct Sending;
  struct Taking;

  void load_messages(TimePoint now);
  void load_deduplication();

  std::unique_lock<std::mutex> hold() const;
  std::uint64_t take_numbers(std::uint64_t count, storage::Batch& batch);
  void put(storage::Batch& batch, std::uint64_t number, const Standing& standing) const;
  void put(storage::Batch& batch, std::uint64_t number, const Message& message) const;
  void check_groups(std::span<const NewMessage> messages) const;
  SentMessage send_one(Sending& sending, const NewMessage& message, const std::string& id,
                       TimePoint now);
  std::string deduplication_key(const NewMessage& message) const;
  void forget_ended_deduplication(storage::Batch& batch, TimePoint now);
  void remove(storage::Batch& batch, std::uint64_t number) const;
  void remove_all(storage::Batch& batch) const;
  Message read(std::uint64_t number) const;
  std::optional<Receipt> receipt(std::string_view handle) const;
  std::optional<Standing> standing(const Receipt& receipt) const;
  void expire(TimePoint now);
  void deliver(Taking& taking, std::uint64_t number, Duration hidden, TimePoint now) const;
  void give_up(Taking& taking, std::uint64_t number, Queue& dead_letters, TimePoint now) const;

  storage::Store& store_;
  const std::string arn_;
  const bool is_fifo_;
  mutable std::mutex mutex_;  ///< Guards the rest, and is held over a commit of a change of it.
  StoredQueue stored_;
  bool is_gone_ = false;
  QueueIndex index_;
  Deduplication deduplication_;
  std::uint64_t next_number_ = 0;
  std::uint64_t numbers_end_ = 0;  ///< Numbers before it are reserved in the store.
};

ApiError queue_does_not_exist();

}  // namespace engine
