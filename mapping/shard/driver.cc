#include "mapping/shard/driver.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <sstream>
#include <stdexcept>

#include "engine/documents.h"
#include "engine/stream/reader.h"
#include "mapping/destination.h"
#include "mapping/doorbell.h"
#include "mapping/invoker.h"
#include "mapping/shard/verdict.h"

namespace mapping {

namespace asio = boost::asio;

namespace {

/// After the disk failed us.
constexpr engine::Duration trouble_pause = std::chrono::seconds(1);
constexpr int steps_in_a_row = 16;

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  records_delivered += other.records_delivered;
  invocations += other.invocations;
  failures += other.failures;
  throttles += other.throttles;
  splits += other.splits;
  records_discarded += other.records_discarded;
  records_filtered += other.records_filtered;
  destination_failures += other.destination_failures;
  return *this;
}

std::string ShardDocument::encode() const {
  std::string text;
  for (const auto count : {counters.records_delivered, counters.invocations, counters.failures,
                           counters.throttles, counters.splits, counters.records_discarded,
                           counters.records_filtered, counters.destination_failures}) {
    text += std::to_string(count) + ' ';
  }
  return text + '\n' + progress.encode();
}

ShardDocument ShardDocument::decode(std::string_view bytes) {
  const auto line_end = bytes.find('\n');
  const auto progress = line_end == std::string_view::npos
                            ? std::nullopt
                            : Progress::decode(bytes.substr(line_end + 1));
  if (!progress) {
    throw std::runtime_error("a shard document cannot be read: " + std::string(bytes));
  }
  ShardDocument document{*progress, {}};
  Counters& counters = document.counters;
  std::istringstream in{std::string(bytes.substr(0, line_end))};
  in >> counters.records_delivered >> counters.invocations >> counters.failures >>
      counters.throttles >> counters.splits >> counters.records_discarded >>
      counters.records_filtered >> counters.destination_failures;
  return document;
}

std::string shard_documents_kind(std::string_view mapping_uuid) {
  return "shard/" + std::string(mapping_uuid);
}

Driver::Driver(const Means& means, Recorder& recorder, Signal& settled,
               std::shared_ptr<const Mapping> mapping, std::shared_ptr<const engine::Stream> stream,
               std::shared_ptr<const engine::Shard> shard, ShardDocument document,
               std::uint64_t seed)
    : means_(means),
      recorder_(recorder),
      settled_(settled),
      mapping_(std::move(mapping)),
      filter_(FilterCriteria::compile(mapping_->filter_patterns)),
      stream_(std::move(stream)),
      shard_(std::move(shard)),
      bell_(std::make_shared<Bell>(means.timeline)),
      policy_(mapping_->policy(means.backoff)),
      machine_(policy_, std::move(document.progress)),
      counters_(document.counters),
      events_(means.reader, *stream_, *shard_),
      request_ids_(seed),
      written_checkpoint_(machine_.checkpoint()) {
  means_.doorbell.add(*stream_, bell_);
}

Driver::~Driver() { means_.doorbell.remove(*stream_, bell_); }

asio::awaitable<void> Driver::run() {
  for (int steps = 1;; ++steps) {
    // Others take their turn, however much there is to read or to give up.
    if (steps % steps_in_a_row == 0) co_await asio::post(means_.context, asio::use_awaitable);
    Action action = machine_.next(means_.clock.now());
    const bool has_to_save = std::holds_alternative<Checkpoint>(action);
    if (std::holds_alternative<End>(action)) break;
    if (is_stopping_ && !has_to_save) {
      if (in_flight_ == 0) break;
      action = Wait{};
    }
    co_await perform(std::move(action));
    // A disk that fails now will not hold up the end: what it has is true, only older.
    if (is_stopping_ && in_flight_ == 0 && !trouble_.empty()) break;
  }
  settled_.ring();
}

asio::awaitable<void> Driver::perform(Action action) {
  bool is_done = true;
  const bool is_waiting = std::holds_alternative<Wait>(action);
  if (std::holds_alternative<Checkpoint>(action)) {
    is_done = save();
  } else if (const auto* to_read = std::get_if<Read>(&action)) {
    is_done = read(*to_read);
  } else if (auto* to_invoke = std::get_if<Invoke>(&action)) {
    is_done = begin(std::move(*to_invoke));
  } else if (auto* to_discard = std::get_if<Discard>(&action)) {
    is_done = co_await discard(std::move(*to_discard));
  } else {
    co_await wait(std::get<Wait>(action).until);
  }
  if (!is_done) {
    if (!is_stopping_ || in_flight_ > 0) co_await wait(means_.clock.now() + trouble_pause);
  } else if (!is_waiting) {
    trouble_.clear();
  }
}

bool Driver::begin(Invoke invoke) {
  const auto records = invoke.attempt.records;
  auto flight = std::make_shared<Flight>();
  flight->lane = invoke.lane;
  try {
    flight->event = events_.event(records, invoke.attempt.window, invoke.attempt.is_final);
  } catch (const std::exception& error) {
    return in_trouble("reading again", error);
  }
  flight->records.assign(records.begin(), records.end());
  flight->delivery = delivery_of(records, invoke.attempt.attempt, invoke.attempt.split_from);
  flight->delivery.window = invoke.attempt.window;
  flight->delivery.is_final = invoke.attempt.is_final;
  flight->delivery.request_id = request_ids_.uuid();
  flight->attempt = std::move(invoke.attempt);
  flight->attempt.records = {};
  flight->policy = policy_;
  machine_.on_begun(flight->lane);
  ++in_flight_;
  // We may be at rest before it is answered.
  auto at_work = std::make_shared<Timeline::Work>(means_.timeline);
  asio::co_spawn(means_.context, fly(std::move(flight), std::move(at_work)),
                 [](const std::exception_ptr& error) {
                   if (error) std::rethrow_exception(error);
                 });
  return true;
}

asio::awaitable<void> Driver::fly(std::shared_ptr<Flight> flight,
                                  std::shared_ptr<const void> at_work) {
  InvocationRequest request;
  request.arn = flight->delivery.function_arn;
  request.payload = flight->event;
  request.request_id = flight->delivery.request_id;
  request.mapping_uuid = mapping_->uuid;
  request.attempt = flight->delivery.attempt;
  request.at_work = std::move(at_work);
  const auto invocation = co_await invoke_in_any_case(means_.invoker, std::move(request));
  --in_flight_;
  // What the end of the program kept from the function says nothing about the function.
  if (is_stopping_ && invocation.result == Invocation::Result::throttled) {
    machine_.on_cut_off(flight->lane);
  } else {
    land(*flight, invocation);
  }
  bell_->ring();
}

void Driver::land(const Flight& flight, const Invocation& invocation) {
  const auto now = means_.clock.now();
  Delivery delivery = flight.delivery;
  delivery.id = recorder_.next_id(mapping_->uuid);
  delivery.duration = now - delivery.started_at;
  delivery.fault = invocation.fault;
  if (!invocation.request_id.empty()) delivery.request_id = invocation.request_id;
  if (delivery.attempt == 1 && delivery.split_from == 0 && !delivery.is_final) {
    history_.on_batch(delivery.started_at, delivery);
  }
  last_error_.clear();
  const bool is_split = judge(flight, invocation, delivery);
  if (delivery.outcome != Delivery::Outcome::succeeded) last_error_ = delivery.error_text();
  delivery.checkpoint = machine_.checkpoint();
  history_.on_attempt(now, delivery);
  if (is_split) {
    ++counters_.splits;
    const auto& pieces = machine_.lanes()[flight.lane].progress().pieces;
    history_.on_split(now, delivery, pieces[0], pieces[1]);
  }
  if (delivery.is_final && delivery.outcome == Delivery::Outcome::succeeded) {
    history_.on_window(now, delivery, "windowClosed");
  }
  unsaved_.push_back(std::move(delivery));
}

/// Whether it was split.
bool Driver::judge(const Flight& flight, const Invocation& invocation, Delivery& delivery) {
  const auto now = means_.clock.now();
  auto verdict = verdict_of(invocation, flight.attempt, flight.records, flight.policy);
  if (verdict.kind != Verdict::Kind::accepted) {
    delivery.set_error(invocation.error_type,
                       verdict.problem.empty() ? invocation.error_message : verdict.problem);
    delivery.function_error = verdict.function_error.value_or("");
  }
  if (verdict.kind == Verdict::Kind::not_reached) {
    ++counters_.throttles;
    delivery.outcome = Delivery::Outcome::throttled;
    machine_.on_throttle(flight.lane, now);
    return false;
  }
  ++counters_.invocations;
  if (verdict.kind == Verdict::Kind::accepted) {
    counters_.records_delivered += flight.records.size();
    delivery.outcome = Delivery::Outcome::succeeded;
    machine_.on_success(flight.lane, now, std::move(verdict.state));
    forget(flight.records);
    return false;
  }

  ++counters_.failures;
  const auto& lane = machine_.lanes()[flight.lane];
  const auto pieces = lane.progress().pieces.size();
  FailedAttempt failed{delivery.request_id, invocation.executed_version, verdict.function_error,
                       delivery.id};
  if (verdict.kind == Verdict::Kind::partial) {
    delivery.outcome = Delivery::Outcome::partially_failed;
    delivery.first_failed = verdict.first_failed;
    delivery.error_message = "the function reported that " +
                             engine::sequence_number_text(verdict.first_failed) + " failed";
    std::size_t done = 0;
    while (flight.records[done].sequence_number < verdict.first_failed) ++done;
    machine_.on_partial_success(flight.lane, now, verdict.first_failed, std::move(failed),
                                std::move(verdict.state));
    counters_.records_delivered += done;
    forget(std::span(flight.records).first(done));
    if (done > 0) return false;
  } else {
    delivery.outcome = Delivery::Outcome::failed;
    machine_.on_failure(flight.lane, now, std::move(failed));
  }
  return lane.progress().pieces.size() > pieces;
}

asio::awaitable<bool> Driver::discard(Discard discard) {
  const GiveUp& given_up = discard.records;
  const std::vector<Arrival> records(given_up.records.begin(), given_up.records.end());
  auto delivery = delivery_of(records, given_up.attempts, given_up.split_from);
  delivery.id = recorder_.next_id(mapping_->uuid);
  delivery.outcome = Delivery::Outcome::discarded;
  delivery.request_id = given_up.failed.request_id;
  delivery.error_type = condition_name(given_up.why);
  delivery.window = machine_.lanes()[discard.lane].progress().window;
  delivery.is_final = records.empty();

  // A window that is given up has no records to tell of, and what expired is told to nobody.
  const bool is_told = !records.empty() && given_up.why != Condition::expired;
  if (is_told && !mapping_->on_failure_destination.empty()) {
    // Told first and written down then: a crash between the two tells it twice, never not at all.
    delivery.destination = mapping_->on_failure_destination;
    FailureReport report;
    try {
      report = report_of(given_up, delivery);
    } catch (const std::exception& error) {
      co_return in_trouble("reading again", error);
    }
    if (report.failed.request_id.empty()) report.failed.request_id = request_ids_.uuid();
    const auto problem = co_await means_.destinations.send(std::move(report));
    if (problem) {
      ++counters_.destination_failures;
      delivery.destination_error = *problem;
      spdlog::warn("mapping {}: the account of a failure did not reach {}: {}", mapping_->uuid,
                   delivery.destination, *problem);
    }
  }
  const auto now = means_.clock.now();
  counters_.records_discarded += records.size();
  machine_.on_discarded(discard.lane, records.size(), now);
  forget(records);
  delivery.checkpoint = machine_.checkpoint();
  history_.on_discard(now, delivery, condition_name(given_up.why));
  unsaved_.push_back(std::move(delivery));
  co_return true;
}

FailureReport Driver::report_of(const GiveUp& given_up, const Delivery& delivery) {
  FailureReport report;
  report.destination_arn = delivery.destination;
  report.mapping_uuid = mapping_->uuid;
  report.function_arn = mapping_->function_arn;
  report.stream_arn = stream_->arn;
  report.shard_id = shard_->shard_id;
  report.condition = given_up.why;
  report.attempts = given_up.attempts;
  report.failed = given_up.failed;
  report.first = given_up.records.front();
  report.last = given_up.records.back();
  report.batch_size = given_up.records.size();
  report.time = means_.clock.now();
  if (is_bucket_arn(delivery.destination)) {
    report.payload = events_.event(given_up.records, delivery.window, false);
  }
  return report;
}

asio::awaitable<void> Driver::wait(std::optional<engine::TimePoint> until) {
  settled_.ring();
  co_await bell_->wait(until);
  if (has_news()) machine_.on_news();
}

/// Something may have come, or the shard has been closed.
bool Driver::has_news() const {
  return shard_->newest > machine_.read() || (!shard_->is_open() && !has_reached_end_);
}

bool Driver::read(const Read& read) {
  try {
    const auto page =
        means_.reader.read(*shard_, read.after, read.limit, engine::limits::get_records_bytes_max);
    const auto now = means_.clock.now();
    Reading reading{shard_->shard_id, read.after};
    std::vector<Arrival> arrivals;
    auto previous = read.after;
    for (const auto& record : page.records) {
      const auto view = record.view();
      if (filter_.is_empty() || filter_.admits(*stream_, view)) {
        arrivals.push_back(events_.add(record, view, previous));
        if (machine_.is_dealt_with(arrivals.back())) events_.forget(record.sequence_number);
      } else {
        auto& out = reading.filtered_out;
        if (out.empty() || out.back().last != previous) out.push_back({record.sequence_number, 0});
        out.back().last = record.sequence_number;
        ++reading.filtered;
      }
      previous = record.sequence_number;
    }
    if (!page.records.empty()) {
      reading.first = page.records.front().sequence_number;
      reading.last = previous;
      reading.records = page.records.size();
      counters_.records_filtered += reading.filtered;
      history_.on_read(now, reading);
    }
    has_reached_end_ = page.is_end;
    machine_.on_records(arrivals, previous, page.is_tip, page.is_end, now);
    return true;
  } catch (const std::exception& error) {
    return in_trouble("reading", error);
  }
}

bool Driver::save() {
  const bool has_moved = machine_.checkpoint() != written_checkpoint_;
  if (has_moved) {
    history_.on_checkpoint(means_.clock.now(), shard_->shard_id, machine_.checkpoint());
    written_checkpoint_ = machine_.checkpoint();
  }
  try {
    const ShardDocument document{machine_.progress(), counters_};
    std::vector<engine::Documents::Change> changes;
    changes.push_back({shard_documents_kind(mapping_->uuid), shard_->shard_id, document.encode()});
    recorder_.note(mapping_->uuid, unsaved_, history_, changes);
    means_.documents.commit(changes);
  } catch (const std::exception& error) {
    return in_trouble("writing down progress", error);
  }
  unsaved_.clear();
  history_.clear();
  machine_.on_saved();
  return true;
}

void Driver::forget(std::span<const Arrival> records) {
  for (const auto& record : records) events_.forget(record.sequence_number);
}

Delivery Driver::delivery_of(std::span<const Arrival> records, int attempt,
                             std::uint64_t split_from) const {
  Delivery delivery;
  delivery.mapping_uuid = mapping_->uuid;
  delivery.function_arn = mapping_->function_arn;
  delivery.shard_id = shard_->shard_id;
  delivery.start = records.empty() ? machine_.checkpoint() : records.front().sequence_number;
  delivery.end = records.empty() ? machine_.checkpoint() : records.back().sequence_number;
  delivery.batch_size = records.size();
  delivery.attempt = attempt;
  delivery.split_from = split_from;
  delivery.started_at = means_.clock.now();
  for (const auto& record : records) delivery.records.push_back(record.sequence_number);
  return delivery;
}

bool Driver::in_trouble(std::string_view doing, const std::exception& error) {
  if (trouble_.empty()) {
    spdlog::error("mapping {}, shard {}: {} failed: {}", mapping_->uuid, shard_->shard_id, doing,
                  error.what());
  }
  trouble_ = error.what();
  return false;
}

void Driver::stop() {
  is_stopping_ = true;
  bell_->ring();
}

void Driver::rest() { bell_->rest(); }

void Driver::set_mapping(std::shared_ptr<const Mapping> mapping) {
  mapping_ = std::move(mapping);
  filter_ = FilterCriteria::compile(mapping_->filter_patterns);
  policy_ = mapping_->policy(means_.backoff);
  machine_.set_policy(policy_);
  bell_->ring();
}

ShardStatus Driver::status() const {
  ShardStatus status;
  status.shard_id = shard_->shard_id;
  status.progress = machine_.progress();
  status.counters = counters_;
  status.read = machine_.read();
  status.is_idle = machine_.is_idle();
  for (const auto& lane : machine_.lanes()) {
    status.is_in_flight.push_back(lane.is_in_flight());
    const auto& since = lane.progress().gathering_since;
    if (since && lane.progress().pieces.empty() && !lane.is_empty()) {
      status.gathers_until = *since + policy_.batching_window;
    }
  }
  status.trouble = trouble_;
  status.last_error = last_error_;
  return status;
}

}  // namespace mapping
