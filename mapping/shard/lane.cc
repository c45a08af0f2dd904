#include "mapping/shard/lane.h"

#include <algorithm>
#include <cassert>

namespace mapping {

namespace {

/// `{"Records":[` and `]}`; a record counts for a comma too. What a window adds is its state and
/// less than this much besides.
constexpr std::size_t event_frame_bytes = 14;
constexpr std::size_t window_frame_bytes = 512;

engine::TimePoint window_start(engine::TimePoint created, engine::Duration length) {
  const auto since = created.time_since_epoch();
  auto start = since - since % length;
  if (start > since) start -= length;  // Before the epoch.
  return engine::TimePoint(start);
}

/// How many of the records come not after `last`.
std::size_t count_through(std::span<const Arrival> records, engine::SequenceNumber last) {
  const auto end = std::upper_bound(
      records.begin(), records.end(), last,
      [](auto number, const Arrival& record) { return number < record.sequence_number; });
  return static_cast<std::size_t>(end - records.begin());
}

bool is_same(const Piece& piece, std::span<const Arrival> records) {
  if (piece.is_final) return true;
  return static_cast<std::size_t>(piece.size) == records.size() &&
         piece.first == records.front().sequence_number &&
         piece.last == records.back().sequence_number;
}

std::uint64_t chance_of(const Policy& policy, const Piece& piece, int times) {
  return policy.seed ^ (piece.first * 31 + static_cast<std::uint64_t>(times));
}

}  // namespace

Lane::Lane(LaneProgress progress)
    : progress_(std::move(progress)),
      is_reconciled_(std::all_of(progress_.pieces.begin(), progress_.pieces.end(),
                                 [](const Piece& piece) { return piece.is_final; })) {}

bool Lane::wants_records(const Policy& policy) const {
  return !is_in_flight_ && progress_.pieces.empty() &&
         records().size() < static_cast<std::size_t>(policy.batch_size) &&
         event_bytes_ < policy.event_bytes_max;
}

Step Lane::next(const Policy& policy, engine::TimePoint now, const Surroundings& around) {
  if (is_in_flight_) return Rest{};
  if (progress_.pieces.empty()) {
    if (const auto rest = begin(policy, now, around)) return *rest;
  }
  const Piece& piece = progress_.pieces.front();
  // After a restart the records of what was begun have to be read again.
  if (!piece.is_final && !is_reconciled_) return Rest{};

  if (const auto step = give_up(policy, now)) return *step;
  if (now < progress_.not_before) return Rest{progress_.not_before};

  Attempt attempt;
  attempt.attempt = piece.attempts + 1;
  attempt.split_from = piece.split_from;
  attempt.is_final = piece.is_final;
  if (!piece.is_final) attempt.records = records_of(piece);
  if (piece.is_windowed) attempt.window = progress_.window.value();
  return attempt;
}

/// Attempts are counted right after the last one, ages right before the next (5.3).
std::optional<Step> Lane::give_up(const Policy& policy, engine::TimePoint now) const {
  const Piece& piece = progress_.pieces.front();
  GiveUp step;
  step.attempts = piece.attempts;
  step.failed = piece.failed;
  step.split_from = piece.split_from;
  if (!piece.is_final) step.records = records_of(piece);

  if (policy.maximum_retry_attempts >= 0 && piece.attempts > policy.maximum_retry_attempts) {
    return step;
  }
  if (now < progress_.not_before) return std::nullopt;

  const auto is_older = [&](engine::TimePoint created, engine::Duration age) {
    return now - created > age;
  };
  // A final call waits for the end of its window, however old its records are by then: it is made
  // once in any case.
  const auto created = piece.is_final ? std::max(progress_.window->newest, progress_.window->end)
                                      : step.records.front().created;
  if (!is_older(created, policy.retention - engine::Duration(1))) {
    const bool is_too_old = policy.maximum_record_age &&
                            is_older(created, *policy.maximum_record_age) &&
                            !(piece.is_final && piece.attempts == 0);
    if (!is_too_old) return std::nullopt;
    // One by one from the head; what was refused counts as a call (5.3).
    step.why = Condition::record_age_exceeded;
    ++step.attempts;
    if (!piece.is_final) step.records = step.records.first(1);
    return step;
  }
  step.why = Condition::expired;
  if (piece.is_final) return step;
  std::size_t count = 1;
  while (count < step.records.size() &&
         is_older(step.records[count].created, policy.retention - engine::Duration(1))) {
    ++count;
  }
  step.records = step.records.first(count);
  return step;
}

/// Nothing: a piece has been begun.
std::optional<Rest> Lane::begin(const Policy& policy, engine::TimePoint now,
                                const Surroundings& around) {
  if (close_window(now, around, policy)) return std::nullopt;
  bool is_full = false;
  const auto length = batch_length(policy, around, is_full);
  if (length == 0) {
    return Rest{progress_.window ? std::optional(progress_.window->end) : std::nullopt};
  }
  if (!is_full) {
    const auto due = gathers_until(policy);
    if (due && now < *due) return Rest{due};
  }
  Piece batch;
  batch.first = records().front().sequence_number;
  batch.last = records()[length - 1].sequence_number;
  batch.size = static_cast<int>(length);
  batch.is_windowed = policy.tumbling_window > engine::Duration(0);
  if (batch.is_windowed && !progress_.window) progress_.window = window_ahead(policy);
  progress_.pieces.push_back(std::move(batch));
  return std::nullopt;
}

/// Begins the final call of the open window if there will be no more records in it. True: begun.
bool Lane::close_window(engine::TimePoint now, const Surroundings& around, const Policy& policy) {
  if (!progress_.window) return false;
  const Window& window = *progress_.window;
  const auto waiting = records();
  const bool is_over =
      waiting.empty() ? around.is_end || around.barrier || (around.is_tip && now >= window.end)
                      : !window.holds(waiting.front().created) ||
                            policy.tumbling_window == engine::Duration(0) ||
                            (around.barrier && waiting.front().sequence_number > *around.barrier);
  if (!is_over) return false;
  if (!window.has_records) {
    progress_.window.reset();  // What it had was told when it was closed before its end.
    return false;
  }
  push_final();
  return true;
}

void Lane::push_final() {
  Piece piece;
  piece.first = progress_.done;
  piece.last = progress_.done;
  piece.is_windowed = true;
  piece.is_final = true;
  progress_.pieces.insert(progress_.pieces.begin(), std::move(piece));
}

/// How many of the waiting records the next batch has. `is_full`: it has not to wait for more.
std::size_t Lane::batch_length(const Policy& policy, const Surroundings& around,
                               bool& is_full) const {
  const auto waiting = records();
  is_full = around.is_end || around.barrier.has_value();
  if (waiting.empty()) return 0;
  const bool is_windowed = policy.tumbling_window > engine::Duration(0);
  const auto window = is_windowed ? window_ahead(policy) : Window{};
  std::size_t bytes = event_frame_bytes;
  if (is_windowed) {
    bytes += window_frame_bytes + (progress_.window ? progress_.window->state.size() : 0);
  }
  std::size_t length = 0;
  for (const auto& record : waiting) {
    bytes += record.event_bytes + 1;
    const bool belongs = (length == 0 || bytes <= policy.event_bytes_max) &&
                         (!is_windowed || window.holds(record.created)) &&
                         (!around.barrier || record.sequence_number <= *around.barrier);
    if (!belongs) {
      is_full = true;
      return length;
    }
    if (++length == static_cast<std::size_t>(policy.batch_size)) {
      is_full = true;
      return length;
    }
  }
  return length;
}

/// When the batching window ends (3.4), or the tumbling window of the records that wait. Nothing:
/// there is no batching window.
std::optional<engine::TimePoint> Lane::gathers_until(const Policy& policy) const {
  if (policy.batching_window == engine::Duration(0) || !progress_.gathering_since) {
    return std::nullopt;
  }
  const auto due = *progress_.gathering_since + policy.batching_window;
  if (policy.tumbling_window == engine::Duration(0)) return due;
  return std::min(due, window_ahead(policy).end);
}

/// The tumbling window of the first waiting record: the open one, or the next.
Window Lane::window_ahead(const Policy& policy) const {
  Window window;
  window.newest = records().front().created;
  if (progress_.window) {
    window.start = progress_.window->start;
    window.end = progress_.window->end;
  } else {
    window.start = window_start(window.newest, policy.tumbling_window);
    window.end = window.start + policy.tumbling_window;
  }
  return window;
}

void Lane::add(const Arrival& record, const Policy& policy, engine::TimePoint now) {
  assert(records().empty() || records_.back().sequence_number < record.sequence_number);
  if (is_empty() && !progress_.is_gathering && policy.batching_window > engine::Duration(0)) {
    // The next window begins when the last call ended, or now; windows in which nothing came have
    // passed in silence.
    auto& since = progress_.gathering_since;
    if (!since || *since > now) since = now;
    *since += (now - *since) / policy.batching_window * policy.batching_window;
    progress_.is_gathering = true;
  }
  records_.push_back(record);
  event_bytes_ += record.event_bytes + 1;
}

bool Lane::reconcile(engine::SequenceNumber read) {
  if (is_reconciled_ || read < progress_.pieces.back().last) return false;
  is_reconciled_ = true;
  const auto head = progress_.pieces.front().first;
  std::vector<Piece> begun;
  auto rest = records();
  bool is_gone = true;  // All of them so far.
  for (auto& piece : progress_.pieces) {
    const auto found = rest.first(piece.is_final ? 0 : count_through(rest, piece.last));
    if (!found.empty() || piece.is_final) {
      // With other records it is another batch, and so is what follows.
      if (!is_same(piece, found)) break;
      is_gone = false;
      begun.push_back(std::move(piece));
    } else if (is_gone) {
      progress_.done = std::max(progress_.done, piece.last);
    }
    rest = rest.subspan(found.size());
  }
  const bool is_changed = begun.size() != progress_.pieces.size();
  if (begun.empty() || begun.front().first != head) {
    progress_.throttles = 0;
    progress_.not_before = {};
  }
  progress_.pieces = std::move(begun);
  return is_changed;
}

void Lane::keep_state(std::optional<std::string> state) {
  if (!progress_.window || !state) return;
  Window& window = *progress_.window;
  window.state = std::move(*state);
  window.is_terminated_early = window.state.size() > engine::limits::window_state_bytes_max;
}

void Lane::on_success(engine::TimePoint now, std::optional<std::string> state) {
  assert(!progress_.pieces.empty());
  is_in_flight_ = false;
  if (!progress_.pieces.front().is_final) keep_state(std::move(state));
  finish_piece(now);
}

void Lane::on_partial_success(engine::SequenceNumber first_failed,
                              std::optional<std::string> state) {
  assert(!progress_.pieces.empty());
  is_in_flight_ = false;
  const auto records = records_of(progress_.pieces.front());
  const auto cut = static_cast<std::size_t>(
      std::find_if(records.begin(), records.end(),
                   [&](const Arrival& record) { return record.sequence_number >= first_failed; }) -
      records.begin());
  assert(cut > 0 && cut < records.size());
  keep_state(std::move(state));
  drop(cut);
}

void Lane::on_failure(const Policy& policy, engine::TimePoint now, FailedAttempt failed) {
  assert(!progress_.pieces.empty());
  is_in_flight_ = false;
  progress_.throttles = 0;
  Piece& piece = progress_.pieces.front();
  const auto size = piece.is_final ? 0 : records_of(piece).size();
  if (policy.bisect_batch_on_function_error && size > 1) {
    progress_.not_before = {};
    return bisect(size / 2, failed);
  }
  ++piece.attempts;
  piece.failed = std::move(failed);
  progress_.not_before =
      now + policy.backoff.after(piece.attempts, chance_of(policy, piece, piece.attempts));
}

/// Splitting uses up no attempt (5.5): both parts begin anew, and at once.
void Lane::bisect(std::size_t half, const FailedAttempt& failed) {
  Piece& second = progress_.pieces.front();
  const auto records = records_of(second);
  Piece first = second;
  first.last = records[half - 1].sequence_number;
  first.size = static_cast<int>(half);
  second.first = records[half].sequence_number;
  second.size = static_cast<int>(records.size() - half);
  for (Piece* piece : {&first, &second}) {
    piece->attempts = 0;
    piece->failed = {};
    piece->split_from = failed.delivery_id;
  }
  progress_.pieces.insert(progress_.pieces.begin(), std::move(first));
}

void Lane::on_throttle(const Policy& policy, engine::TimePoint now) {
  assert(!progress_.pieces.empty());
  is_in_flight_ = false;
  ++progress_.throttles;
  const auto chance = chance_of(policy, progress_.pieces.front(), progress_.throttles + (1 << 20));
  progress_.not_before = now + policy.backoff.after(progress_.throttles, chance);
}

void Lane::on_given_up(std::size_t count, engine::TimePoint now) {
  assert(!progress_.pieces.empty());
  const Piece& piece = progress_.pieces.front();
  if (!piece.is_final && count < records_of(piece).size()) return drop(count);
  finish_piece(now);
}

/// The first `count` records of the first piece, not all of them, are dealt with: the rest has
/// another head, and begins anew.
void Lane::drop(std::size_t count) {
  Piece& piece = progress_.pieces.front();
  const auto records = records_of(piece);
  progress_.done = records[count - 1].sequence_number;
  piece.first = records[count].sequence_number;
  piece.size = static_cast<int>(records.size() - count);
  piece.attempts = 0;
  piece.failed = {};
  progress_.throttles = 0;
  progress_.not_before = {};
  pass(records.first(count));
}

/// The first of the records have been dealt with.
void Lane::pass(std::span<const Arrival> records) {
  for (const auto& record : records) event_bytes_ -= record.event_bytes + 1;
  dealt_with_ += records.size();
  if (!progress_.window) return;
  progress_.window->has_records = true;
  if (!records.empty()) progress_.window->newest = records.back().created;
  if (progress_.window->is_terminated_early) push_final();
}

void Lane::finish_piece(engine::TimePoint now) {
  const Piece piece = std::move(progress_.pieces.front());
  progress_.pieces.erase(progress_.pieces.begin());
  progress_.throttles = 0;
  progress_.not_before = {};
  if (piece.is_final) {
    Window& window = progress_.window.value();
    if (window.is_terminated_early) {
      // Later records of the same time go on with a fresh state (4.4).
      window.is_terminated_early = false;
      window.has_records = false;
      window.state = "{}";
    } else {
      progress_.window.reset();
    }
  } else {
    progress_.done = piece.last;
    pass(records_of(piece));
  }
  if (dealt_with_ == records_.size() || dealt_with_ > 4096) {
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(dealt_with_));
    dealt_with_ = 0;
  }
  if (progress_.pieces.empty()) {
    progress_.gathering_since = now;
    progress_.is_gathering = !records().empty();
  }
}

std::span<const Arrival> Lane::records_of(const Piece& piece) const {
  return records().first(count_through(records(), piece.last));
}

std::optional<Arrival> Lane::first_open() const {
  if (records().empty()) return std::nullopt;
  return records().front();
}

std::vector<Arrival> Lane::take_records() {
  std::vector<Arrival> taken(records().begin(), records().end());
  records_.clear();
  dealt_with_ = 0;
  event_bytes_ = 0;
  return taken;
}

}  // namespace mapping
