#include "mapping/queue/machine.h"

#include <algorithm>
#include <cassert>

namespace mapping::queue {

namespace {

/// `{"Records":[` and `]}`; a record counts for a comma too.
constexpr std::size_t event_frame_bytes = 14;

}  // namespace

Machine::Machine(const Policy& policy, engine::TimePoint now)
    : policy_(policy), grow_at_(now + growth_interval), look_at_(now) {}

Action Machine::next(engine::TimePoint now) {
  grow(now);
  close_if_due(now);
  for (const auto& batch : batches_) {
    if (is_released(batch, now)) return Release{batch.id, batch.messages};
  }
  for (const auto& batch : batches_) {
    if (may_begin(batch, now)) return Invoke{batch.id, batch.messages, batch.throttles};
  }
  if (may_receive(now)) {
    const auto* open = filling();
    const auto wanted = static_cast<std::size_t>(policy_.batch_size);
    const auto missing = wanted - std::min(wanted, open ? open->messages.size() : 0);
    return Receive{std::min(missing, engine::limits::receive_messages_max)};
  }
  const auto until = earliest(now);
  return Wait{until == engine::TimePoint::max() ? std::nullopt : std::optional(until)};
}

void Machine::on_received(std::span<const Held> messages,
                          std::optional<engine::TimePoint> next_visible, engine::TimePoint now) {
  look_at_ = next_visible;
  for (const auto& message : messages) add(message, now);
}

/// Opens a batch if none is open, or if the event of the open one would get too long.
void Machine::add(const Held& message, engine::TimePoint now) {
  auto* open = filling();
  std::uint64_t follows = 0;
  if (open && open->event_bytes + message.event_bytes + 1 > policy_.event_bytes_max) {
    open->state = Batch::State::ready;
    // Both may hold messages of one group, whose later ones wait for the earlier.
    if (policy_.is_fifo) follows = open->id;
    open = nullptr;
  }
  if (!open) {
    open = &batches_.emplace_back(Batch{.id = ++last_id_,
                                        .event_bytes = event_frame_bytes,
                                        .opened = now,
                                        .begin_by = message.begin_by,
                                        .follows = follows});
  }
  open->messages.push_back(message);
  open->event_bytes += message.event_bytes + 1;
  open->begin_by = std::min(open->begin_by, message.begin_by);
}

void Machine::on_begun(std::uint64_t id) { batch(id).state = Batch::State::in_flight; }

void Machine::on_answered(std::uint64_t id, bool is_whole) {
  finish(id, is_whole);
  if (allowed_ < concurrency_at_start) ++allowed_;
}

void Machine::on_failure(std::uint64_t id) {
  finish(id, false);
  if (!policy_.reports_batch_item_failures) lower();
}

void Machine::on_throttle(std::uint64_t id, engine::TimePoint now) {
  auto& throttled = batch(id);
  throttled.state = Batch::State::throttled;
  ++throttled.throttles;
  const auto chance = policy_.seed ^ (id * 31 + static_cast<std::uint64_t>(throttled.throttles));
  throttled.not_before = now + policy_.backoff.after(throttled.throttles, chance);
  throttled.is_void |= throttled.not_before > throttled.begin_by;
  lower();
}

void Machine::on_released(std::uint64_t id) { finish(id, false); }

/// What follows a batch that was not dealt with may not overtake it.
void Machine::finish(std::uint64_t id, bool is_whole) {
  for (auto& other : batches_) {
    if (other.follows != id) continue;
    other.follows = 0;
    other.is_void |= !is_whole;
    if (other.is_void) other.state = Batch::State::ready;
  }
  const auto found = std::find_if(batches_.begin(), batches_.end(),
                                  [&](const Batch& batch) { return batch.id == id; });
  assert(found != batches_.end());
  batches_.erase(found);
}

Load Machine::load() const {
  Load load{.concurrency = concurrency()};
  for (const auto& batch : batches_) {
    load.in_flight += batch.state == Batch::State::in_flight ? 1 : 0;
    load.throttled += batch.state == Batch::State::throttled ? 1 : 0;
    load.waiting += batch.state == Batch::State::ready ? 1 : 0;
    if (batch.state == Batch::State::filling) load.gathered = batch.messages.size();
  }
  return load;
}

int Machine::concurrency() const { return std::min(allowed_, policy_.concurrency_max); }

/// Batches that take up an invocation: a throttled one keeps its place.
std::size_t Machine::active() const {
  return static_cast<std::size_t>(
      std::count_if(batches_.begin(), batches_.end(), [](const Batch& batch) {
        return batch.state == Batch::State::in_flight || batch.state == Batch::State::throttled;
      }));
}

/// Nothing is received that could not be invoked (7.1), so that it is not received in vain.
bool Machine::may_receive(engine::TimePoint now) const {
  if (!look_at_ || now < *look_at_) return false;
  const auto taken = static_cast<std::size_t>(
      std::count_if(batches_.begin(), batches_.end(),
                    [](const Batch& batch) { return batch.state != Batch::State::filling; }));
  return taken < static_cast<std::size_t>(concurrency());
}

bool Machine::is_released(const Batch& batch, engine::TimePoint now) const {
  if (batch.state == Batch::State::in_flight) return false;
  return batch.is_void || now > batch.begin_by;
}

bool Machine::may_begin(const Batch& batch, engine::TimePoint now) const {
  if (batch.state == Batch::State::throttled) return now >= batch.not_before;
  return batch.state == Batch::State::ready && batch.follows == 0 &&
         active() < static_cast<std::size_t>(concurrency());
}

void Machine::close_if_due(engine::TimePoint now) {
  auto* open = filling();
  if (!open) return;
  const bool is_full = open->messages.size() >= static_cast<std::size_t>(policy_.batch_size) ||
                       open->event_bytes >= policy_.event_bytes_max;
  const bool has_window = policy_.batching_window > engine::Duration::zero();
  const bool is_over =
      has_window ? now >= open->opened + policy_.batching_window : !may_receive(now);
  if (is_full || is_over) open->state = Batch::State::ready;
}

/// More invocations for messages that wait. What errors took away comes back with successes.
void Machine::grow(engine::TimePoint now) {
  if (allowed_ < concurrency_at_start) return;
  const bool has_messages = look_at_ && now >= *look_at_;
  if (!has_messages && batches_.empty()) allowed_ = concurrency_at_start;
  if (!has_messages || may_receive(now)) return;
  if (allowed_ >= policy_.concurrency_max || now < grow_at_) return;
  ++allowed_;
  grow_at_ = now + growth_interval;
}

void Machine::lower() { allowed_ = std::max(1, concurrency() / 2); }

/// When something changes by itself; `max` if nothing does.
engine::TimePoint Machine::earliest(engine::TimePoint now) const {
  auto until = engine::TimePoint::max();
  for (const auto& batch : batches_) {
    if (batch.state == Batch::State::in_flight) continue;
    until = std::min(until, batch.begin_by + engine::Duration(1));
    if (batch.state == Batch::State::throttled) until = std::min(until, batch.not_before);
    if (batch.state == Batch::State::filling) {
      until = std::min(until, batch.opened + policy_.batching_window);
    }
  }
  if (!look_at_) return until;
  if (now < *look_at_) return std::min(until, *look_at_);
  const bool grows = allowed_ >= concurrency_at_start && allowed_ < policy_.concurrency_max;
  return grows ? std::min(until, grow_at_) : until;
}

Machine::Batch& Machine::batch(std::uint64_t id) {
  const auto found = std::find_if(batches_.begin(), batches_.end(),
                                  [&](const Batch& batch) { return batch.id == id; });
  assert(found != batches_.end());
  return *found;
}

Machine::Batch* Machine::filling() {
  if (batches_.empty() || batches_.back().state != Batch::State::filling) return nullptr;
  return &batches_.back();
}

}  // namespace mapping::queue
