#include "tests/simulation/shard_life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace mapping {

namespace {

std::vector<Number> numbers_of(std::span<const Arrival> records) {
  std::vector<Number> numbers;
  for (const auto& record : records) numbers.push_back(record.sequence_number);
  return numbers;
}

std::string text_of(std::span<const Number> numbers) {
  std::string text = "[";
  for (const auto number : numbers) text += (text.size() > 1 ? " " : "") + std::to_string(number);
  return text + "]";
}

std::string text_of(const std::optional<Window>& window) {
  if (!window) return "";
  const bool is_long = window->state.size() > 100;
  return " in " + std::to_string(engine::epoch_seconds(window->start)) + ".." +
         std::to_string(engine::epoch_seconds(window->end)) + " with " +
         (is_long ? std::to_string(window->state.size()) + " bytes" : window->state) +
         (window->is_terminated_early ? " early" : "");
}

}  // namespace

std::string text_of(const Action& action) {
  if (const auto* invoke = std::get_if<Invoke>(&action)) {
    const auto& attempt = invoke->attempt;
    return "call " + std::to_string(invoke->lane) + " " + text_of(numbers_of(attempt.records)) +
           " #" + std::to_string(attempt.attempt) + " of " + std::to_string(attempt.split_from) +
           text_of(attempt.window) + (attempt.is_final ? " final" : "");
  }
  if (const auto* discard = std::get_if<Discard>(&action)) {
    const auto& records = discard->records;
    return "give up " + std::to_string(discard->lane) + " " + text_of(numbers_of(records.records)) +
           " #" + std::to_string(records.attempts) + " why " +
           std::to_string(static_cast<int>(records.why));
  }
  if (const auto* wait = std::get_if<Wait>(&action)) {
    if (!wait->until) return "wait";
    return "wait until " + std::to_string(engine::epoch_milliseconds(*wait->until));
  }
  return std::to_string(action.index());
}

std::ostream& operator<<(std::ostream& out, const Event& event) {
  static constexpr const char* words[] = {"succeeded", "partly",  "failed",
                                          "exhausted", "too old", "expired"};
  return out << '[' << event.first << ".." << event.last << "] " << words[event.kind] << " #"
             << event.attempt;
}

ShardLife::ShardLife(const Setting& setting, unsigned seed)
    : setting_(setting),
      dice_(seed + 1),
      letters_(setting.letters),
      written_(setting.backlog),
      rules_(setting.rules.front()),
      batch_max_(static_cast<std::size_t>(rules_.policy.batch_size)),
      bytes_max_(rules_.policy.event_bytes_max),
      saved_(Progress{.checkpoint = first_checkpoint}.encode()),
      settled_(letters_.size()),
      settled_saved_(letters_.size()),
      filtered_(letters_.size()),
      lanes_(1),
      lanes_saved_(1) {
  machine_.emplace(rules_.policy, Progress::decode(saved_).value());
}

void ShardLife::run() {
  for (; steps < 100'000; ++steps) {
    happen();
    if (testing::Test::HasFailure()) return;
    if (!act(machine_->next(now_))) return check_end();
    check_step();
    if (testing::Test::HasFailure()) return;
  }
  FAIL() << "it never comes to rest";
}

void ShardLife::happen() {
  trim();
  if (one_in(dice_, setting_.crash_one_in)) crash();
  if (one_in(dice_, setting_.change_one_in)) change_rules();
  if (one_in(dice_, setting_.leap_one_in)) leap();
  if (!is_written() && one_in(dice_, 4)) write_one();
  for (std::size_t i = flights_.size(); i-- > 0;) {
    if (flights_[i].lands <= now_ && (setting_.is_calm || one_in(dice_, 2))) land(i);
  }
}

void ShardLife::write_one() {
  auto& created = letters_[written_].arrival.created;
  created = std::chrono::floor<std::chrono::seconds>(now_);
  if (one_in(dice_, 10)) created -= std::chrono::seconds(between(dice_, 1, 90));
  ++written_;
}

/// The stream loses what is old, in order.
void ShardLife::trim() {
  while (trimmed_ < written_ &&
         now_ - letters_[trimmed_].arrival.created >= rules_.policy.retention) {
    ++trimmed_;
    has_lost_ = true;
  }
}

void ShardLife::leap() {
  if (setting_.leaps_back && one_in(dice_, 2)) {
    now_ -= milliseconds_between(dice_, 1, 60'000);
    has_leapt_back_ = true;
  } else {
    now_ += one_in(dice_, 5) ? engine::Duration(std::chrono::hours(between(dice_, 1, 25)))
                             : milliseconds_between(dice_, 1, 200'000);
  }
  tell("the clock leaps");
}

void ShardLife::change_rules() {
  const auto kinds = rules_.kinds;
  rules_ = dice_.one_of(setting_.rules);
  batch_max_ = std::max(batch_max_, static_cast<std::size_t>(policy().batch_size));
  bytes_max_ = std::max(bytes_max_, policy().event_bytes_max);
  has_changed_ = true;
  has_changed_filter_ = has_changed_filter_ || kinds != rules_.kinds;
  machine_->set_policy(policy());
  tell("the rules change");
}

void ShardLife::crash() {
  machine_.emplace(policy(), Progress::decode(saved_).value());
  EXPECT_EQ(machine_->progress().encode(), saved_);
  flights_.clear();
  unsaved_.clear();
  settled_ = settled_saved_;
  lanes_ = lanes_saved_;
  if (has_changed_filter_) {
    // What was begun may have other records now.
    for (auto& lane : lanes_) lane.failures = -1;
    for (auto& lane : lanes_saved_) lane.failures = -1;
  }
  has_changed_filter_ = false;
  has_lost_ = false;
  seen_ = 0;
  checkpoint_ = machine_->checkpoint();
  checked_ = 0;
  now_ += milliseconds_between(dice_, 0, 1'000);
  tell("crash");
}

/// False when there is nothing more to come.
bool ShardLife::act(Action action) {
  EXPECT_EQ(text_of(machine_->next(now_)), text_of(action)) << "asking twice changes nothing";
  follow_lanes();
  check_twin(action);
  if (std::holds_alternative<End>(action)) {
    EXPECT_TRUE(is_closed_);
    return false;
  }
  if (const auto* to_wait = std::get_if<Wait>(&action)) return wait(*to_wait);
  if (const auto* to_read = std::get_if<Read>(&action)) {
    read(*to_read);
  } else if (const auto* invoke = std::get_if<Invoke>(&action)) {
    begin(*invoke);
  } else if (const auto* to_discard = std::get_if<Discard>(&action)) {
    discard(*to_discard);
  } else {
    save();
  }
  return true;
}

/// Time goes on to what comes next.
bool ShardLife::wait(const Wait& wait) {
  check_nobody_idles(wait);
  if (seen_ < written_) {
    machine_->on_news();
    if (!std::holds_alternative<Wait>(machine_->next(now_))) return true;
  }
  auto next = wait.until;
  if (next) {
    EXPECT_GT(*next, now_) << "it would wait for nothing";
  }
  for (const auto& flight : flights_) {
    if (!next || flight.lands < *next) next = flight.lands;
  }
  if (!is_written() && (!next || one_in(dice_, 2))) {
    now_ += milliseconds_between(dice_, 0, 20'000);
    write_one();
    machine_->on_news();
    return true;
  }
  if (setting_.closes && is_written() && !is_closed_ && (!next || one_in(dice_, 4))) {
    is_closed_ = true;
    machine_->on_news();
    return true;
  }
  if (!next) return false;
  if (!setting_.is_calm && one_in(dice_, 4)) *next += milliseconds_between(dice_, 1, 5'000);
  now_ = std::max(now_, *next);
  return true;
}

void ShardLife::read(const Read& read) {
  ASSERT_GT(read.limit, 0u);
  ASSERT_LE(read.limit, engine::limits::get_records_max);
  EXPECT_EQ(read.after, machine_->read());
  std::vector<Arrival> found;
  auto i = std::max(trimmed_, index_of(read.after + 1));
  auto previous = read.after;
  // A page may be cut short.
  const auto limit = !setting_.is_calm && one_in(dice_, 4) ? 1 : read.limit;
  for (std::size_t count = 0; i < written_ && count < limit; ++i, ++count) {
    Arrival record = letters_[i].arrival;
    record.previous = std::exchange(previous, record.sequence_number);
    if (is_wanted(letters_[i])) {
      found.push_back(record);
    } else {
      filtered_[i] = true;
    }
  }
  const bool is_tip = i >= written_;
  seen_ = i;
  has_seen_tip_ = is_tip;
  has_seen_end_ = is_tip && is_closed_;
  tell("read " + text_of(numbers_of(found)) + (is_tip ? " to the tip" : ""));
  machine_->on_records(found, previous, is_tip, has_seen_end_, now_);
}

void ShardLife::save() {
  saved_ = machine_->progress().encode();
  const auto read_back = Progress::decode(saved_);
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->encode(), saved_);
  events.insert(events.end(), unsaved_.begin(), unsaved_.end());
  unsaved_.clear();
  settled_saved_ = settled_;
  lanes_saved_ = lanes_;
  tell("saved at " + std::to_string(machine_->checkpoint()));
  machine_->on_saved();
}

void ShardLife::begin(const Invoke& invoke) {
  check_batch(invoke);
  check_order(invoke);
  check_attempt(invoke);
  check_window(invoke);
  if (testing::Test::HasFailure()) return tell(text_of(Action(invoke)));
  Flight flight{invoke.lane, invoke.attempt, numbers_of(invoke.attempt.records), now_};
  flight.lands += setting_.is_calm ? calm_call : milliseconds_between(dice_, 1, 3'000);
  flight.attempt.records = {};
  tell(text_of(Action(invoke)));
  ExpectedLane& lane = lanes_.at(invoke.lane);
  if (lane.asked != flight.numbers) lane.not_before = {};
  lane.asked = flight.numbers;
  lane.not_after = {};
  machine_->on_begun(invoke.lane);
  flights_.push_back(std::move(flight));
}

void ShardLife::discard(const Discard& discard) {
  const auto& records = discard.records;
  const auto numbers = numbers_of(records.records);
  tell(text_of(Action(discard)));
  ExpectedLane& lane = lanes_.at(discard.lane);
  const auto& progress = machine_->lanes()[discard.lane].progress();
  ASSERT_FALSE(progress.pieces.empty());
  const bool is_final = progress.pieces.front().is_final;
  EXPECT_EQ(numbers.empty(), is_final);
  const bool is_known = lane.failures >= 0;
  const int failures = numbers == lane.tried ? lane.failures : 0;
  auto kind = Event::exhausted;
  if (records.why == Condition::retry_attempts_exhausted) {
    ASSERT_GE(policy().maximum_retry_attempts, 0);
    EXPECT_GT(records.attempts, policy().maximum_retry_attempts);
    if (is_known) {
      EXPECT_EQ(records.attempts, failures);
    }
  } else {
    kind = records.why == Condition::expired ? Event::expired : Event::aged;
    const auto age = kind == Event::expired ? policy().retention - engine::Duration(1)
                                            : policy().maximum_record_age.value();
    for (const auto& record : records.records) EXPECT_GT(now_ - record.created, age);
    if (kind == Event::aged) {
      EXPECT_LE(numbers.size(), 1u);
    }
  }
  for (const auto number : numbers) EXPECT_FALSE(settled_[index_of(number)]) << number;
  follow_window(lane, progress.window);
  note(kind, numbers, records.attempts);
  settle(numbers);
  if (progress.window) settle_window(lane, is_final);
  forget(lane);
  machine_->on_discarded(discard.lane, numbers.size(), now_);
}

void ShardLife::land(std::size_t which) {
  const Flight flight = std::move(flights_[which]);
  flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(which));
  ExpectedLane& lane = lanes_.at(flight.lane);
  if (one_in(dice_, setting_.cut_off_one_in)) {
    tell("cut off " + std::to_string(flight.lane));
    return machine_->on_cut_off(flight.lane);
  }
  if (one_in(dice_, setting_.throttle_one_in)) {
    tell("throttled " + std::to_string(flight.lane));
    lane.not_before = now_ + policy().backoff.base;
    lane.not_after = engine::TimePoint::max();
    return machine_->on_throttle(flight.lane, now_);
  }
  if (one_in(dice_, setting_.failure_one_in)) return on_failed(flight);
  const auto problem = complaint(setting_, rules_, flight.numbers, flight.attempt.attempt);
  if (!problem) return on_accepted(flight);
  if (problem->is_reported) return on_partly(flight, problem->about);
  on_failed(flight);
}

void ShardLife::on_accepted(const Flight& flight) {
  ExpectedLane& lane = lanes_.at(flight.lane);
  note(Event::succeeded, flight.numbers, flight.attempt.attempt);
  settle(flight.numbers);
  auto state = new_state(flight, lane);
  if (flight.attempt.window) settle_window(lane, flight.attempt.is_final);
  forget(lane);
  machine_->on_success(flight.lane, now_, std::move(state));
}

void ShardLife::on_partly(const Flight& flight, Number first_failed) {
  ExpectedLane& lane = lanes_.at(flight.lane);
  const auto rest = std::find(flight.numbers.begin(), flight.numbers.end(), first_failed);
  const std::span done(flight.numbers.begin(), rest);
  if (done.empty()) {
    expect_retry(flight);
    const std::string no_matter = "{}";
    return machine_->on_partial_success(flight.lane, now_, first_failed, {}, no_matter);
  }
  note(Event::partly, done, flight.attempt.attempt);
  settle(done);
  auto state = new_state(flight, lane);
  if (flight.attempt.window) settle_window(lane, false);
  forget(lane);
  machine_->on_partial_success(flight.lane, now_, first_failed, {.request_id = "partly"},
                               std::move(state));
}

void ShardLife::on_failed(const Flight& flight) {
  expect_retry(flight);
  machine_->on_failure(flight.lane, now_, {.request_id = "failed", .delivery_id = 7});
}

void ShardLife::expect_retry(const Flight& flight) {
  ExpectedLane& lane = lanes_.at(flight.lane);
  note(Event::failed, flight.numbers, flight.attempt.attempt);
  if (policy().bisect_batch_on_function_error && flight.numbers.size() > 1) return forget(lane);
  lane.failures = flight.attempt.attempt;  // Which was checked.
  lane.tried = flight.numbers;
  Backoff plain = policy().backoff;
  plain.jitter = 0;
  const auto pause = plain.after(lane.failures, 0);
  lane.not_before = now_ + pause;
  lane.not_after = lane.not_before + pause / 10;
}

void ShardLife::forget(ExpectedLane& lane) {
  lane.tried.clear();
  lane.failures = 0;
  lane.not_before = lane.not_after = {};
}

/// What the function gives the window, if it is asked for it.
std::optional<std::string> ShardLife::new_state(const Flight& flight, ExpectedLane& lane) {
  if (!flight.attempt.window || flight.attempt.is_final) return std::nullopt;
  std::string state = R"({"n":)" + std::to_string(++states_) + "}";
  if (one_in(dice_, setting_.large_state_one_in)) {
    const bool is_too_large = one_in(dice_, 2);
    state.resize(engine::limits::window_state_bytes_max + (is_too_large ? 1 : 0), ' ');
    lane.window.value().is_terminated_early = is_too_large;
  }
  lane.window.value().state = state;
  return state;
}

void ShardLife::settle_window(ExpectedLane& lane, bool is_final) {
  Window& window = lane.window.value();
  window.has_records = true;
  if (!is_final) return;
  if (!window.is_terminated_early) return lane.window.reset();
  lane.window = Window{.start = window.start, .end = window.end};
}

void ShardLife::settle(std::span<const Number> numbers) {
  for (const auto number : numbers) settled_[index_of(number)] = true;
}

void ShardLife::note(Event::Kind kind, std::span<const Number> numbers, int attempt) {
  const Event event{kind, numbers.empty() ? 0 : numbers.front(),
                    numbers.empty() ? 0 : numbers.back(), attempt};
  std::ostringstream text;
  text << event;
  tell(text.str());
  unsaved_.push_back(event);
}

void ShardLife::tell(const std::string& line) {
  history += std::to_string((now_ - beginning).count()) + ": " + line + "\n";
}

bool ShardLife::is_settled(std::size_t index) const {
  return settled_[index] || filtered_[index] || index < trimmed_;
}

bool ShardLife::is_flying(std::size_t lane) const {
  return std::any_of(flights_.begin(), flights_.end(),
                     [&](const Flight& flight) { return flight.lane == lane; });
}

std::size_t ShardLife::index_of(Number number) const {
  const auto found = std::partition_point(
      letters_.begin(), letters_.end(),
      [&](const Letter& letter) { return letter.arrival.sequence_number < number; });
  return static_cast<std::size_t>(found - letters_.begin());
}

}  // namespace mapping
