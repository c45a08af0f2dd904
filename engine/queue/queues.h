#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/arn.h"
#include "engine/clock.h"
#include "engine/queue/message.h"
#include "engine/random.h"
#include "storage/store.h"

namespace engine {

/// Hears, with no lock held, that a queue may have something to receive, now or earlier than it
/// seemed: a message arrived or was made visible, a group of messages has nothing in flight any
/// more, or the queue is gone. Called from any thread.
class QueueListener {
 public:
  virtual ~QueueListener() = default;
  virtual void on_messages(std::string_view queue_arn) = 0;
};

/// Where messages go that were received `receives_max` times and came back.
struct RedrivePolicy {
  std::string dead_letter_arn;
  std::uint32_t receives_max = 1;
  bool operator==(const RedrivePolicy&) const = default;
};

/// What a queue whose name ends in `.fifo` has, and no other.
struct FifoSettings {
  bool deduplicates_by_content = false;
  bool deduplicates_per_group = false;    ///< `DeduplicationScope`: messageGroup, or queue.
  bool has_throughput_per_group = false;  ///< `FifoThroughputLimit`; nobody is slowed down here.
  bool operator==(const FifoSettings&) const = default;
};

/// What CreateQueue and SetQueueAttributes set.
struct QueueSettings {
  Duration visibility_timeout = std::chrono::seconds(30);
  Duration delay{0};
  Duration receive_wait{0};
  Duration retention = std::chrono::days(4);
  std::size_t message_bytes_max = 1'048'576;
  std::optional<RedrivePolicy> redrive = std::nullopt;
  std::optional<FifoSettings> fifo = std::nullopt;  ///< Decided when the queue is made.
  bool operator==(const QueueSettings&) const = default;
};

struct QueueDescription {
  std::string name;
  std::string arn;
  std::string account;
  QueueSettings settings;
  std::map<std::string, std::string> tags;
  TimePoint created{};
  TimePoint modified{};
};

struct QueueCounts {
  std::size_t visible = 0;
  std::size_t in_flight = 0;  ///< Received, and not yet visible again.
  std::size_t delayed = 0;    ///< Sent, and not yet visible.
};

class Queue;

/// The queues there are and their messages. A queue is known by its name alone, whatever region or
/// account an ARN or a URL of it says.
///
/// What a call has done is in the store before it returns. Messages are received in the order of
/// their arrival; a FIFO queue gives no message of a group while it holds an earlier one, unless in
/// the same answer. What a call costs does not grow with the number of messages; what is kept of
/// a message in memory is where it stands, not the message.
///
/// Safe to call from any thread. Errors: `ApiError` QueueDoesNotExist from every call that takes
/// the name of a queue; `StorageError`.
class Queues {
 public:
  /// Learns from the store which queues and messages there are.
  Queues(storage::Store& store, const Clock& clock, Random& random);
  ~Queues();

  /// At most one, before the first call; it outlives this.
  void set_listener(QueueListener* listener) { listener_ = listener; }

  struct Creation {
    QueueDescription queue;
    bool is_new = false;  ///< Otherwise it was there, and is as it was.
  };
  Creation create(const std::string& name, const Caller& caller, const QueueSettings& settings,
                  const std::map<std::string, std::string>& tags = {});
  /// With all its messages.
  void remove(std::string_view name);
  /// Nothing if there is none.
  std::optional<QueueDescription> find(std::string_view name) const;
  QueueDescription describe(std::string_view name) const;
  /// By name; those that begin with `prefix` and come after `after`, at most `limit`.
  std::vector<QueueDescription> list(std::string_view prefix = "", std::string_view after = "",
                                     std::size_t limit = -1) const;
  /// `change` alters the settings and tags it is given, and may throw to leave all as it was.
  void update(std::string_view name, const std::function<void(QueueDescription&)>& change);
  QueueCounts counts(std::string_view name) const;

  /// What became of each, in their order: all of them are accepted, or none. A FIFO queue answers
  /// for a message that it was sent within five minutes as it did then, and does nothing. Errors:
  /// MissingRequiredParameterException without a group or a deduplication id there.
  std::vector<SentMessage> send(std::string_view name, std::span<const NewMessage> messages);
  /// One message to the queue of this ARN: its id, or nothing where there is no such queue, or a
  /// FIFO queue.
  std::optional<std::string> send_to_arn(std::string_view queue_arn, std::string_view body);

  /// Up to `limit` messages that are visible now; others do not see them for `visibility` (nothing:
  /// the queue's own). Errors: `OverLimit` with too many in flight; a FIFO queue
  /// then gives nothing.
  std::vector<Message> receive(std::string_view name, std::size_t limit,
                               std::optional<Duration> visibility = std::nullopt);
  /// When something becomes visible, or became so, if nothing else happens. Nothing: not before a
  /// message arrives, or no such queue.
  std::optional<TimePoint> next_visible(std::string_view name) const;

  /// Says for each handle whether it is one of this queue's. A handle whose message is gone, or was
  /// received again since, is, and does nothing.
  std::vector<bool> remove_messages(std::string_view name,
                                    std::span<const std::string> receipt_handles);
  /// From now on. Errors: `ReceiptHandleIsInvalid`; `InvalidParameterValueException` if the message
  /// is gone or was received again since, and if it would be hidden for more than 12 hours.
  void change_visibility(std::string_view name, const std::string& receipt_handle,
                         Duration visibility);
  /// Removes every message.
  void purge(std::string_view name);
  /// Removes every queue.
  void clear();

 private:
  std::shared_ptr<Queue> existing(std::string_view name) const;
  /// Null if it has none, or none any more.
  std::shared_ptr<Queue> dead_letter_queue(const Queue& queue) const;
  void tell(const std::string& queue_arn) const;

  storage::Store& store_;
  const Clock& clock_;
  Random& random_;
  QueueListener* listener_ = nullptr;
  mutable std::shared_mutex mutex_;  ///< Guards `queues_`; taken before the lock of a queue.
  std::map<std::string, std::shared_ptr<Queue>, std::less<>> queues_;
};

/// The name in `arn:aws:sqs:<region>:<account>:<name>`; nothing if it is no such ARN.
std::optional<std::string> queue_name_of_arn(std::string_view arn);

}  // namespace engine
