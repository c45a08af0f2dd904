#include "mapping/shard/driver.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <sstream>
#include <stdexcept>

#include "engine/documents.h"
#include "engine/stream/reader.h"
#include "mapping/destination.h"
#include "mapping/doorbell.h"
#include "mapping/event/response.h"
#include "mapping/invoker.h"

namespace mapping {

namespace asio = boost::asio;

namespace {

/// After the disk failed us.
constexpr engine::Duration trouble_pause = std::chrono::seconds(1);

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  records_delivered += other.records_delivered;
  invocations += other.invocations;
  failures += other.failures;
  throttles += other.throttles;
  splits += other.splits;
  records_discarded += other.records_discarded;
  destination_failures += other.destination_failures;
  return *this;
}

std::string ShardDocument::encode() const {
  std::ostringstream out;
  out << progress.encode() << '\n'
      << counters.records_delivered << ' ' << counters.invocations << ' ' << counters.failures
      << ' ' << counters.throttles << ' ' << counters.splits << ' ' << counters.records_discarded
      << ' ' << counters.destination_failures;
  return out.str();
}

ShardDocument ShardDocument::decode(std::string_view bytes) {
  const auto line_end = bytes.find('\n');
  const auto progress = Progress::decode(bytes.substr(0, line_end));
  if (!progress || line_end == std::string_view::npos) {
    throw std::runtime_error("a shard document cannot be read: " + std::string(bytes));
  }
  ShardDocument document{*progress, {}};
  Counters& counters = document.counters;
  std::istringstream in{std::string(bytes.substr(line_end + 1))};
  in >> counters.records_delivered >> counters.invocations >> counters.failures >>
      counters.throttles >> counters.splits >> counters.records_discarded >>
      counters.destination_failures;
  return document;
}

std::string shard_documents_kind(std::string_view mapping_uuid) {
  return "shard/" + std::string(mapping_uuid);
}

Driver::Driver(const Means& means, Recorder& recorder, Signal& settled,
               std::shared_ptr<const Mapping> mapping, std::shared_ptr<const engine::Stream> stream,
               std::shared_ptr<const engine::Shard> shard, ShardDocument document)
    : means_(means),
      recorder_(recorder),
      settled_(settled),
      mapping_(std::move(mapping)),
      stream_(std::move(stream)),
      shard_(std::move(shard)),
      bell_(std::make_shared<Bell>(means.timeline)),
      machine_(mapping_->policy(means.backoff), std::move(document.progress)),
      counters_(document.counters) {
  means_.doorbell.add(*stream_, bell_);
}

Driver::~Driver() { means_.doorbell.remove(*stream_, bell_); }

asio::awaitable<void> Driver::run() {
  for (;;) {
    Action action = machine_.next(means_.clock.now());
    const bool has_to_save = std::holds_alternative<Checkpoint>(action);
    if (std::holds_alternative<End>(action) || (is_stopping_ && !has_to_save)) break;
    co_await perform(std::move(action));
    // A disk that fails now will not hold up the end: what it has is true, only older.
    if (is_stopping_ && !trouble_.empty()) break;
  }
  settled_.ring();
}

asio::awaitable<void> Driver::perform(Action action) {
  bool is_done = true;
  if (std::holds_alternative<Checkpoint>(action)) {
    is_done = save();
  } else if (const auto* to_read = std::get_if<Read>(&action)) {
    is_done = read(*to_read);
  } else if (const auto* to_invoke = std::get_if<Invoke>(&action)) {
    co_await invoke(*to_invoke);
  } else if (const auto* to_discard = std::get_if<Discard>(&action)) {
    co_await discard(*to_discard);
  } else {
    co_await wait(std::get<Wait>(action).until);
  }
  if (!is_done) {
    co_await wait(means_.clock.now() + trouble_pause);
  } else if (!std::holds_alternative<Wait>(action)) {
    trouble_.clear();
  }
}

asio::awaitable<void> Driver::invoke(Invoke invoke) {
  const auto event =
      events_.event(invoke.records.front().sequence_number, invoke.records.back().sequence_number);
  auto delivery = delivery_of(invoke.records, invoke.attempt, invoke.split_from);
  InvocationRequest request;
  request.arn = mapping_->function_arn;
  request.payload = event;
  request.mapping_uuid = mapping_->uuid;
  request.attempt = invoke.attempt;
  is_in_flight_ = true;
  Invocation invocation;
  try {
    invocation = co_await means_.invoker.invoke(std::move(request));
  } catch (const std::exception& error) {
    invocation.result = Invocation::Result::throttled;
    invocation.error_message = error.what();
  }
  is_in_flight_ = false;
  // What the end of the program kept from the function says nothing about the function.
  const bool is_cut_off = is_stopping_ && read_response(invocation) == Response::not_reached;
  if (!is_cut_off) report(invoke, invocation, std::move(delivery));
}

void Driver::report(const Invoke& invoke, const Invocation& invocation, Delivery delivery) {
  const auto now = means_.clock.now();
  delivery.id = recorder_.next_id(mapping_->uuid);
  delivery.request_id = invocation.request_id;
  delivery.duration = invocation.duration;
  last_error_.clear();
  switch (read_response(invocation)) {
    case Response::accepted:
      ++counters_.invocations;
      counters_.records_delivered += invoke.records.size();
      delivery.outcome = Delivery::Outcome::succeeded;
      machine_.on_success();
      break;
    case Response::refused: {
      ++counters_.invocations;
      ++counters_.failures;
      delivery.outcome = Delivery::Outcome::failed;
      delivery.function_error = "Unhandled";
      const auto pieces = machine_.progress().pieces.size();
      FailedAttempt failed{invocation.request_id, invocation.executed_version, delivery.id};
      machine_.on_failure(now, std::move(failed));
      if (machine_.progress().pieces.size() > pieces) ++counters_.splits;
      break;
    }
    case Response::not_reached:
      ++counters_.throttles;
      delivery.outcome = Delivery::Outcome::throttled;
      machine_.on_throttle(now);
      break;
  }
  if (delivery.outcome != Delivery::Outcome::succeeded) {
    delivery.error_type = invocation.error_type;
    delivery.error_message = invocation.error_message;
    last_error_ = invocation.error_type.empty()
                      ? invocation.error_message
                      : invocation.error_type + ": " + invocation.error_message;
  }
  delivery.checkpoint = machine_.progress().checkpoint;
  unsaved_.push_back(std::move(delivery));
}

asio::awaitable<void> Driver::discard(Discard discard) {
  auto delivery = delivery_of(discard.records, discard.attempts, discard.split_from);
  delivery.id = recorder_.next_id(mapping_->uuid);
  delivery.outcome = Delivery::Outcome::discarded;
  delivery.request_id = discard.failed.request_id;
  delivery.destination = mapping_->on_failure_destination;
  counters_.records_discarded += discard.records.size();

  if (!delivery.destination.empty()) {
    // Told first and written down then: a crash between the two tells it twice, never not at all.
    FailureReport failure;
    failure.destination_arn = delivery.destination;
    failure.mapping_uuid = mapping_->uuid;
    failure.function_arn = mapping_->function_arn;
    failure.stream_arn = stream_->arn;
    failure.shard_id = shard_->shard_id;
    failure.condition = discard.why;
    failure.attempts = discard.attempts;
    failure.failed = discard.failed;
    failure.first = discard.records.front();
    failure.last = discard.records.back();
    failure.batch_size = discard.records.size();
    failure.time = means_.clock.now();
    if (is_bucket_arn(delivery.destination)) {
      failure.payload = events_.event(failure.first.sequence_number, failure.last.sequence_number);
    }
    const auto problem = co_await means_.destinations.send(std::move(failure));
    if (problem) {
      ++counters_.destination_failures;
      delivery.destination_error = *problem;
      spdlog::warn("mapping {}: the account of a failure did not reach {}: {}", mapping_->uuid,
                   delivery.destination, *problem);
    }
  }
  machine_.on_discarded();
  delivery.checkpoint = machine_.progress().checkpoint;
  unsaved_.push_back(std::move(delivery));
}

asio::awaitable<void> Driver::wait(std::optional<engine::TimePoint> until) {
  settled_.ring();
  const bool was_rung = co_await bell_->wait(until);
  if (was_rung) machine_.on_news();
}

bool Driver::read(const Read& read) {
  try {
    const auto page =
        means_.reader.read(*shard_, read.after, read.limit, engine::limits::get_records_bytes_max);
    std::vector<RenderedRecord> rendered;
    for (const auto& record : page.records) rendered.push_back(render(*stream_, record));

    std::vector<Arrival> arrivals;
    std::size_t bytes = 0;
    for (auto& record : rendered) {
      bytes += record.json.size();
      arrivals.push_back(record.arrival());
      events_.add(std::move(record));
    }
    // A page that neither limit cut short reached the tip. (A record's JSON is never smaller than
    // what it counts for.)
    const bool is_tip =
        arrivals.size() < read.limit && bytes < engine::limits::get_records_bytes_max;
    machine_.on_records(arrivals, is_tip || arrivals.empty(), page.is_end);
    return true;
  } catch (const std::exception& error) {
    return in_trouble("reading", error);
  }
}

bool Driver::save() {
  try {
    const ShardDocument document{machine_.progress(), counters_};
    std::vector<engine::Documents::Change> changes;
    changes.push_back({shard_documents_kind(mapping_->uuid), shard_->shard_id, document.encode()});
    for (const auto& delivery : unsaved_) recorder_.note(delivery, changes);
    means_.documents.commit(changes);
  } catch (const std::exception& error) {
    return in_trouble("writing down progress", error);
  }
  unsaved_.clear();
  machine_.on_saved();
  events_.forget(machine_.progress().checkpoint);
  return true;
}

Delivery Driver::delivery_of(std::span<const Arrival> records, int attempt,
                             std::uint64_t split_from) const {
  Delivery delivery;
  delivery.mapping_uuid = mapping_->uuid;
  delivery.function_arn = mapping_->function_arn;
  delivery.shard_id = shard_->shard_id;
  delivery.start = records.front().sequence_number;
  delivery.end = records.back().sequence_number;
  delivery.batch_size = records.size();
  delivery.attempt = attempt;
  delivery.split_from = split_from;
  delivery.started_at = means_.clock.now();
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
  machine_.set_policy(mapping_->policy(means_.backoff));
  bell_->ring();
}

ShardStatus Driver::status() const {
  ShardStatus status;
  status.shard_id = shard_->shard_id;
  status.progress = machine_.progress();
  status.counters = counters_;
  status.read = machine_.read();
  status.is_idle = machine_.is_idle();
  status.is_in_flight = is_in_flight_;
  status.trouble = trouble_;
  status.last_error = last_error_;
  return status;
}

}  // namespace mapping
