#include "mapping/shard/machine.h"

#include <algorithm>
#include <cassert>
#include <sstream>

namespace mapping {

namespace {

constexpr std::string_view format = "1";

/// `{"Records":[` and `]}`; a record counts for a comma too.
constexpr std::size_t event_frame_bytes = 14;

std::string text_or_dash(const std::string& text) { return text.empty() ? "-" : text; }

void read_text(std::istream& in, std::string& text) {
  in >> text;
  if (text == "-") text.clear();
}

}  // namespace

std::string Progress::encode() const {
  std::ostringstream out;
  out << format << ' ' << checkpoint << ' ' << has_ended << ' ' << throttles << ' '
      << engine::epoch_milliseconds(not_before) << ' ' << pieces.size();
  for (const auto& piece : pieces) {
    out << ' ' << piece.first << ' ' << piece.last << ' ' << piece.size << ' ' << piece.attempts
        << ' ' << piece.split_from << ' ' << piece.failed.delivery_id << ' '
        << text_or_dash(piece.failed.request_id) << ' '
        << text_or_dash(piece.failed.executed_version);
  }
  return out.str();
}

std::optional<Progress> Progress::decode(std::string_view text) {
  std::istringstream in{std::string(text)};
  Progress progress;
  std::string version;
  long long not_before = 0;
  std::size_t count = 0;
  in >> version >> progress.checkpoint >> progress.has_ended >> progress.throttles >> not_before >>
      count;
  if (!in || version != format) return std::nullopt;
  progress.not_before = engine::from_epoch_milliseconds(not_before);
  for (std::size_t i = 0; i < count; ++i) {
    Piece piece;
    in >> piece.first >> piece.last >> piece.size >> piece.attempts >> piece.split_from >>
        piece.failed.delivery_id;
    read_text(in, piece.failed.request_id);
    read_text(in, piece.failed.executed_version);
    if (!in) return std::nullopt;
    progress.pieces.push_back(std::move(piece));
  }
  return progress;
}

Machine::Machine(Policy policy, Progress progress)
    : policy_(policy), progress_(std::move(progress)), read_(progress_.checkpoint) {}

Action Machine::next(engine::TimePoint now) {
  if (!is_saved_) return Checkpoint{};
  if (progress_.has_ended) return End{};

  if (!progress_.pieces.empty()) {
    if (const auto read = missing()) return *read;
    const Piece& piece = progress_.pieces.front();
    const auto records = records_of(piece);
    if (is_given_up(piece)) {
      return Discard{records, Condition::retry_attempts_exhausted, piece.attempts, piece.failed,
                     piece.split_from};
    }
    if (now < progress_.not_before) return Wait{progress_.not_before};
    return Invoke{records, piece.attempts + 1, piece.split_from};
  }

  const auto batch_size = static_cast<std::size_t>(policy_.batch_size);
  const bool is_full = records_.size() >= batch_size || event_bytes_ >= policy_.event_bytes_max;
  if (has_news_ && !is_end_ && !is_full) return Read{read_, batch_size - records_.size()};
  if (!records_.empty()) {
    fill_batch();
    return next(now);
  }
  if (is_end_) {
    progress_.has_ended = true;
    is_saved_ = false;
    return Checkpoint{};
  }
  return Wait{};
}

void Machine::on_records(std::span<const Arrival> records, bool is_tip, bool is_end) {
  for (const auto& record : records) {
    assert(record.sequence_number > read_);
    read_ = record.sequence_number;
    event_bytes_ += record.event_bytes + 1;
    records_.push_back(record);
  }
  if (is_tip || is_end) {
    // What a piece had and the stream no longer has will not come.
    if (!progress_.pieces.empty()) read_ = std::max(read_, progress_.pieces.back().last);
    has_news_ = false;
  }
  is_end_ = is_end;
  skip_vanished();
}

void Machine::on_success() {
  assert(!progress_.pieces.empty());
  finish_piece();
}

void Machine::on_failure(engine::TimePoint now, FailedAttempt failed) {
  assert(!progress_.pieces.empty());
  is_saved_ = false;
  progress_.throttles = 0;
  Piece& piece = progress_.pieces.front();
  const auto records = records_of(piece);

  if (policy_.bisect_batch_on_function_error && records.size() > 1) {
    // Splitting uses up no attempt (5.5): both halves begin anew, and at once.
    const auto half = records.size() / 2;
    Piece second;
    second.first = records[half].sequence_number;
    second.last = piece.last;
    second.size = static_cast<int>(records.size() - half);
    second.split_from = failed.delivery_id;
    Piece first;
    first.first = piece.first;
    first.last = records[half - 1].sequence_number;
    first.size = static_cast<int>(half);
    first.split_from = failed.delivery_id;
    progress_.not_before = now;
    progress_.pieces.front() = std::move(second);
    progress_.pieces.insert(progress_.pieces.begin(), std::move(first));
    return;
  }

  ++piece.attempts;
  piece.failed = std::move(failed);
  const auto chance =
      policy_.seed ^ (piece.first * 31 + static_cast<std::uint64_t>(piece.attempts));
  progress_.not_before = now + policy_.backoff.after(piece.attempts, chance);
}

void Machine::on_throttle(engine::TimePoint now) {
  assert(!progress_.pieces.empty());
  is_saved_ = false;
  ++progress_.throttles;
  const auto chance = policy_.seed ^ (progress_.pieces.front().first * 31 +
                                      static_cast<std::uint64_t>(progress_.throttles) + (1 << 20));
  progress_.not_before = now + policy_.backoff.after(progress_.throttles, chance);
}

void Machine::on_discarded() {
  assert(!progress_.pieces.empty());
  finish_piece();
}

std::span<const Arrival> Machine::records_of(const Piece& piece) const {
  const auto end = std::find_if(records_.begin(), records_.end(), [&](const Arrival& record) {
    return record.sequence_number > piece.last;
  });
  return {records_.begin(), end};
}

bool Machine::is_given_up(const Piece& piece) const {
  return policy_.maximum_retry_attempts >= 0 && piece.attempts > policy_.maximum_retry_attempts;
}

/// What has to be read before the pieces are whole: after a restart, all of it.
std::optional<Read> Machine::missing() const {
  if (is_end_ || read_ >= progress_.pieces.back().last) return std::nullopt;
  std::size_t size = 0;
  for (const auto& piece : progress_.pieces) size += static_cast<std::size_t>(piece.size);
  return Read{read_, size > records_.size() ? size - records_.size() : 1};
}

void Machine::fill_batch() {
  const auto batch_size = static_cast<std::size_t>(policy_.batch_size);
  std::size_t bytes = event_frame_bytes;
  std::size_t size = 0;
  while (size < std::min(records_.size(), batch_size)) {
    bytes += records_[size].event_bytes + 1;
    if (size > 0 && bytes > policy_.event_bytes_max) break;
    ++size;
  }
  Piece batch;
  batch.first = records_.front().sequence_number;
  batch.last = records_[size - 1].sequence_number;
  batch.size = static_cast<int>(size);
  progress_.pieces.push_back(std::move(batch));
}

void Machine::finish_piece() {
  const Piece& piece = progress_.pieces.front();
  progress_.checkpoint = piece.last;
  progress_.throttles = 0;
  progress_.not_before = {};
  const auto records = records_of(piece);
  for (const auto& record : records) event_bytes_ -= record.event_bytes + 1;
  records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(records.size()));
  progress_.pieces.erase(progress_.pieces.begin());
  is_saved_ = false;
  skip_vanished();
}

/// A piece whose records the stream no longer has is dealt with.
void Machine::skip_vanished() {
  while (!progress_.pieces.empty() && read_ >= progress_.pieces.front().last &&
         records_of(progress_.pieces.front()).empty()) {
    progress_.checkpoint = progress_.pieces.front().last;
    progress_.pieces.erase(progress_.pieces.begin());
    is_saved_ = false;
  }
}

}  // namespace mapping
