#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "engine/clock.h"
#include "engine/limits.h"
#include "mapping/shard/policy.h"

namespace mapping::queue {

/// Invocations at once: of a mapping that begins, and at most (event-source-mapping.md 7.1).
inline constexpr int concurrency_at_start = 5;
inline constexpr int concurrency_max = 1250;
/// While messages wait for it, one more is allowed each time so much has passed: 60 a minute, the
/// older of AWS's two texts, for here every one of them is a process of this machine.
inline constexpr engine::Duration growth_interval = std::chrono::seconds(1);

/// What a mapping asks of the machine of its queue.
struct Policy {
  int batch_size = 10;
  engine::Duration batching_window{0};
  int concurrency_max = queue::concurrency_max;
  /// With it, failures do not lower the concurrency.
  bool reports_batch_item_failures = false;
  bool is_fifo = false;
  std::size_t event_bytes_max = engine::limits::invoke_payload_bytes_max;
  Backoff backoff = {};  ///< Of invocations that do not reach the function.
  std::uint64_t seed = 0;
};

/// A received message as the machine knows it.
struct Held {
  std::uint64_t number = 0;  ///< Whatever tells it from others.
  std::size_t event_bytes = 0;
  /// The function is not called with it any later, so that it has ended when the message is visible
  /// again. Not before now.
  engine::TimePoint begin_by{};
};

/// Receive up to so many messages.
struct Receive {
  std::size_t limit = 0;
};
/// Call the function with these messages, and go on without waiting for it. They stay where they
/// are until the next `on_...`.
struct Invoke {
  std::uint64_t batch = 0;
  std::span<const Held> messages = {};
  int throttles = 0;  ///< Of this batch, so far.
};
/// Let go of these messages, which did not reach the function in time: they come back in their
/// queue when they are visible again.
struct Release {
  std::uint64_t batch = 0;
  std::span<const Held> messages = {};
};
/// Nothing to do until then, or until something is reported.
struct Wait {
  std::optional<engine::TimePoint> until = std::nullopt;
};

using Action = std::variant<Receive, Invoke, Release, Wait>;

/// What a machine holds.
struct Load {
  std::size_t in_flight = 0;  ///< Batches that the function has.
  std::size_t throttled = 0;  ///< Batches that did not reach it and are tried again.
  std::size_t waiting = 0;    ///< Batches that may not be invoked yet.
  std::size_t gathered = 0;   ///< Messages of the batch that is being filled.
  int concurrency = 0;        ///< Invocations allowed at once, as of now.
};

/// Decides what happens next with one queue of one mapping (event-source-mapping.md 7): when to
/// receive, what is a batch, when it is invoked, how many at once.
///
/// Ask `next`, do it, and report with the `on_...` that belongs to it. Asking twice changes
/// nothing. Nothing of it has to survive the process: what it held comes back by itself.
class Machine {
 public:
  Machine(const Policy& policy, engine::TimePoint now);

  Action next(engine::TimePoint now);

  /// There may be messages: when the next one is visible, if one is known of.
  void on_news(std::optional<engine::TimePoint> next_visible) { look_at_ = next_visible; }
  /// After `Receive`: those of the messages that the mapping wants.
  void on_received(std::span<const Held> messages, std::optional<engine::TimePoint> next_visible,
                   engine::TimePoint now);
  /// After `Invoke`: the call is made.
  void on_begun(std::uint64_t batch);
  /// The function has answered, whatever became of single messages: all that is to be done with the
  /// messages is done. `is_whole`: it has dealt with all of them.
  void on_answered(std::uint64_t batch, bool is_whole);
  /// The function failed: the messages come back by themselves.
  void on_failure(std::uint64_t batch);
  /// It was not reached.
  void on_throttle(std::uint64_t batch, engine::TimePoint now);
  /// After `Release`.
  void on_released(std::uint64_t batch);

  /// From now on; what has been begun stays as it is.
  void set_policy(const Policy& policy) { policy_ = policy; }

  Load load() const;
  const Policy& policy() const { return policy_; }

 private:
  struct Batch {
    enum class State : std::uint8_t { filling, ready, in_flight, throttled };

    std::uint64_t id = 0;
    State state = State::filling;
    std::vector<Held> messages = {};
    std::size_t event_bytes = 0;
    engine::TimePoint opened{};
    engine::TimePoint begin_by{};
    engine::TimePoint not_before{};
    int throttles = 0;
    bool is_void = false;       ///< To be released.
    std::uint64_t follows = 0;  ///< In a FIFO queue: after that batch is dealt with; 0: none.
  };

  int concurrency() const;
  std::size_t active() const;
  bool may_receive(engine::TimePoint now) const;
  bool is_released(const Batch& batch, engine::TimePoint now) const;
  bool may_begin(const Batch& batch, engine::TimePoint now) const;
  void add(const Held& message, engine::TimePoint now);
  void close_if_due(engine::TimePoint now);
  void grow(engine::TimePoint now);
  void lower();
  engine::TimePoint earliest(engine::TimePoint now) const;
  Batch& batch(std::uint64_t id);
  Batch* filling();
  void finish(std::uint64_t id, bool is_whole);

  Policy policy_;
  std::deque<Batch> batches_;  ///< By id; at most the last one is being filled.
  std::uint64_t last_id_ = 0;
  int allowed_ = concurrency_at_start;
  engine::TimePoint grow_at_;
  std::optional<engine::TimePoint> look_at_;  ///< When something may be received.
};

}  // namespace mapping::queue
