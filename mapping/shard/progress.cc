#include "mapping/shard/progress.h"

#include <algorithm>
#include <charconv>
#include <concepts>

namespace mapping {

namespace {

constexpr int format = 2;

/// Fields with a blank after each; texts with their length before them.
class FieldWriter {
 public:
  void add(std::integral auto number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    text_.append(digits, end).push_back(' ');
  }
  void add(bool flag) { text_.append(flag ? "1 " : "0 "); }
  void add(engine::TimePoint time) { add(engine::epoch_milliseconds(time)); }
  void add(const std::string& text) {
    add(text.size());
    text_.append(text).push_back(' ');
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  void read(std::integral auto& number) {
    const auto result = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    is_good_ = is_good_ && result.ec == std::errc();
    skip(static_cast<std::size_t>(result.ptr - rest_.data()));
  }
  void read(bool& flag) { flag = number<int>() != 0; }
  void read(engine::TimePoint& time) {
    time = engine::from_epoch_milliseconds(number<long long>());
  }
  void read(std::string& text) {
    const auto size = number<std::size_t>();
    is_good_ = is_good_ && size <= rest_.size();
    if (!is_good_) return;
    text = rest_.substr(0, size);
    skip(size);
  }
  template <typename T>
  T number() {
    T value{};
    read(value);
    return value;
  }
  bool is_good() const { return is_good_; }

 private:
  void skip(std::size_t bytes) {
    is_good_ = is_good_ && bytes < rest_.size() && rest_[bytes] == ' ';
    rest_.remove_prefix(std::min(bytes + 1, rest_.size()));
  }

  std::string_view rest_;
  bool is_good_ = true;
};

/// Calls `field` with every member, for writing and for reading alike.
template <typename Attempt, typename Field>
void fields_of_attempt(Attempt& failed, Field&& field) {
  field(failed.request_id);
  field(failed.executed_version);
  field(failed.delivery_id);
}

template <typename P, typename Field>
void fields_of_piece(P& piece, Field&& field) {
  field(piece.first);
  field(piece.last);
  field(piece.size);
  field(piece.attempts);
  field(piece.split_from);
  field(piece.is_windowed);
  field(piece.is_final);
  if (piece.attempts > 0) fields_of_attempt(piece.failed, field);
}

template <typename W, typename Field>
void fields_of_window(W& window, Field&& field) {
  field(window.start);
  field(window.end);
  field(window.state);
  field(window.has_records);
  field(window.is_terminated_early);
  field(window.newest);
}

void write(FieldWriter& out, const LaneProgress& lane) {
  const auto field = [&](const auto& value) { out.add(value); };
  field(lane.done);
  field(lane.throttles);
  field(lane.not_before);
  field(lane.gathering_since.has_value());
  if (lane.gathering_since) field(*lane.gathering_since);
  field(lane.is_gathering);
  field(lane.window.has_value());
  if (lane.window) fields_of_window(*lane.window, field);
  field(lane.pieces.size());
  for (const auto& piece : lane.pieces) {
    fields_of_piece(piece, field);
    if (piece.attempts > 0) field(piece.failed.function_error.value_or(""));
  }
}

void read(FieldReader& in, LaneProgress& lane) {
  const auto field = [&](auto& value) { in.read(value); };
  field(lane.done);
  field(lane.throttles);
  field(lane.not_before);
  if (in.number<int>() != 0) field(lane.gathering_since.emplace());
  field(lane.is_gathering);
  if (in.number<int>() != 0) fields_of_window(lane.window.emplace(), field);
  for (auto count = in.number<std::size_t>(); count > 0 && in.is_good(); --count) {
    Piece& piece = lane.pieces.emplace_back();
    fields_of_piece(piece, field);
    if (piece.attempts == 0) continue;
    std::string error;
    field(error);
    piece.failed.function_error = std::nullopt;
    if (!error.empty()) piece.failed.function_error = std::move(error);
  }
}

}  // namespace

bool Progress::has_pieces() const {
  return std::any_of(lanes.begin(), lanes.end(),
                     [](const LaneProgress& lane) { return !lane.pieces.empty(); });
}

std::string Progress::encode() const {
  FieldWriter out;
  out.add(format);
  out.add(checkpoint);
  out.add(has_ended);
  out.add(lanes.size());
  for (const auto& lane : lanes) write(out, lane);
  return out.take();
}

std::optional<Progress> Progress::decode(std::string_view text) {
  FieldReader in(text);
  if (in.number<int>() != format) return std::nullopt;
  Progress progress;
  in.read(progress.checkpoint);
  in.read(progress.has_ended);
  progress.lanes.clear();
  for (auto count = in.number<std::size_t>(); count > 0 && in.is_good(); --count) {
    read(in, progress.lanes.emplace_back());
  }
  if (!in.is_good() || progress.lanes.empty()) return std::nullopt;
  return progress;
}

}  // namespace mapping
