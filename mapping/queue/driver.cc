#include "mapping/queue/driver.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <set>
#include <utility>

#include "engine/api_error.h"
#include "engine/documents.h"
#include "engine/queue/queues.h"
#include "mapping/invoker.h"
#include "mapping/queue/arrivals.h"
#include "mapping/queue/item_failures.h"

namespace mapping::queue {

namespace asio = boost::asio;

namespace {

constexpr std::string_view counters_id = "counters";

/// After the disk failed us.
constexpr engine::Duration trouble_pause = std::chrono::seconds(1);

/// What Lambda adds to the window and the function's time-out (event-source-mapping.md 7.2).
constexpr engine::Duration held_margin = std::chrono::seconds(30);

Policy policy_of(const Mapping& mapping, const Backoff& backoff) {
  Policy policy;
  policy.batch_size = mapping.batch_size;
  policy.batching_window = std::chrono::seconds(mapping.maximum_batching_window_in_seconds);
  if (mapping.maximum_concurrency > 0) policy.concurrency_max = mapping.maximum_concurrency;
  policy.reports_batch_item_failures = mapping.reports_batch_item_failures();
  policy.is_fifo = mapping.event_source_arn.ends_with(".fifo");
  policy.backoff = backoff;
  policy.seed = mapping.seed;
  return policy;
}

QueueEventForm form_of(const Mapping& mapping) {
  return {.queue_arn = mapping.event_source_arn,
          .has_batching_window = mapping.maximum_batching_window_in_seconds > 0};
}

}  // namespace

std::string documents_kind(std::string_view mapping_uuid) {
  return "queue/" + std::string(mapping_uuid);
}

Counters written_counters(const Means& means, std::string_view mapping_uuid) {
  const auto bytes = means.documents.get(documents_kind(mapping_uuid), counters_id);
  return bytes ? Counters::decode(*bytes) : Counters();
}

Status written_status(const Means& means, const Mapping& mapping) {
  Status status;
  status.queue_arn = mapping.event_source_arn;
  status.counters = written_counters(means, mapping.uuid);
  const auto name = engine::queue_name_of_arn(mapping.event_source_arn).value_or("");
  try {
    status.messages = means.queues.counts(name);
    status.next_visible = means.queues.next_visible(name);
    status.is_there = true;
  } catch (const engine::ApiError&) {
    // There is no such queue: nothing to be done.
  }
  return status;
}

Driver::Driver(const Means& means, Recorder& recorder, Signal& settled,
               std::shared_ptr<const Mapping> mapping, const std::string& queue_name)
    : means_(means),
      recorder_(recorder),
      settled_(settled),
      mapping_(std::move(mapping)),
      queue_name_(queue_name),
      bell_(std::make_shared<Bell>(means.timeline)),
      filter_(FilterCriteria::compile(mapping_->filter_patterns)),
      form_(form_of(*mapping_)),
      machine_(policy_of(*mapping_, means.backoff), means.clock.now()),
      counters_(written_counters(means, mapping_->uuid)) {
  means_.arrivals.add(queue_name_, bell_);
}

Driver::~Driver() { means_.arrivals.remove(queue_name_, bell_); }

asio::awaitable<void> Driver::run() {
  while (!is_stopping_ || in_flight_ > 0) {
    Action action = is_stopping_ ? Action(Wait{}) : machine_.next(means_.clock.now());
    co_await perform(std::move(action));
  }
  save();
  settled_.ring();
}

asio::awaitable<void> Driver::perform(Action action) {
  if (const auto* to_receive = std::get_if<Receive>(&action)) {
    co_await receive(to_receive->limit);
  } else if (const auto* to_invoke = std::get_if<Invoke>(&action)) {
    begin(*to_invoke);
  } else if (const auto* to_release = std::get_if<Release>(&action)) {
    release(*to_release);
  } else {
    co_await wait(std::get<Wait>(action).until);
  }
}

asio::awaitable<void> Driver::receive(std::size_t limit) {
  // Others take their turn, however much there is to receive.
  co_await asio::post(means_.context, asio::use_awaitable);
  const auto times = co_await times_of_receive();
  if (is_stopping_) co_return;
  const auto now = means_.clock.now();
  bool is_done = false;
  try {
    auto messages = means_.queues.receive(queue_name_, limit, times.hidden);
    const auto held = sort_out(std::move(messages), now + times.hidden - times.function);
    machine_.on_received(held, means_.queues.next_visible(queue_name_), now);
    trouble_.clear();
    is_done = true;
  } catch (const engine::ApiError&) {
    // The queue is gone, or has too many messages in flight: it rings when that changes.
    machine_.on_received({}, means_.queues.next_visible(queue_name_), now);
    is_done = true;
  } catch (const std::exception& error) {
    in_trouble("receiving", error);
  }
  if (!is_done) co_await wait(means_.clock.now() + trouble_pause);
}

/// How long the messages of a batch are hidden (7.2). Never for less than the function may take,
/// whatever the queue was set to since it was checked: it would be given them twice.
asio::awaitable<Driver::Times> Driver::times_of_receive() {
  auto arn = mapping_->function_arn;
  const auto timeout = co_await means_.invoker.timeout(std::move(arn));
  Times times;
  times.function = timeout.value_or(std::chrono::seconds(1));
  auto least = times.function;
  const auto window = machine_.policy().batching_window;
  if (window > engine::Duration::zero()) least += window + held_margin;
  const auto queue = means_.queues.find(queue_name_);
  times.hidden = queue ? std::max(least, queue->settings.visibility_timeout) : least;
  co_return times;
}

/// Keeps what the mapping wants, and deletes the rest.
std::vector<Held> Driver::sort_out(std::vector<engine::Message> messages,
                                   engine::TimePoint begin_by) {
  std::vector<Held> held;
  std::vector<std::string> unwanted;
  std::vector<std::string> unwanted_ids;
  for (auto& message : messages) {
    auto json = render(form_, message);
    if (!filter_.is_empty() && !filter_.admits_message(json)) {
      unwanted.push_back(std::move(message.receipt_handle));
      unwanted_ids.push_back(std::move(message.id));
      continue;
    }
    held.push_back({++last_number_, json.size(), begin_by});
    kept_.emplace(last_number_, Kept{std::move(message.id), std::move(message.receipt_handle),
                                     message.receive_count, std::move(json)});
  }
  if (messages.empty()) return held;
  history_.on_receive(means_.clock.now(), messages.size(), unwanted_ids);
  counters_.messages_received += messages.size();
  counters_.messages_filtered += unwanted.size();
  has_to_save_ = true;
  if (!unwanted.empty()) remove_messages(unwanted);
  return held;
}

void Driver::begin(const Invoke& invoke) {
  Call call;
  call.batch = invoke.batch;
  call.is_again = invoke.throttles > 0;
  auto& delivery = call.delivery;
  auto event = std::make_shared<std::string>(R"({"Records":[)");
  for (const auto& message : invoke.messages) {
    const auto& kept = kept_.at(message.number);
    if (!call.numbers.empty()) *event += ',';
    *event += kept.json;
    call.numbers.push_back(message.number);
    delivery.message_ids.push_back(kept.id);
    delivery.attempt = std::max(delivery.attempt, static_cast<int>(kept.receive_count));
  }
  *event += "]}";
  call.event = std::move(event);
  delivery.mapping_uuid = mapping_->uuid;
  delivery.function_arn = mapping_->function_arn;
  delivery.batch_size = call.numbers.size();
  delivery.started_at = means_.clock.now();
  call.work = std::make_shared<Timeline::Work>(means_.timeline);

  machine_.on_begun(invoke.batch);
  ++in_flight_;
  asio::co_spawn(means_.context, carry_out(std::move(call)),
                 [self = shared_from_this()](const std::exception_ptr& error) {
                   if (error) std::rethrow_exception(error);
                 });
}

asio::awaitable<void> Driver::carry_out(Call call) {
  InvocationRequest request;
  request.arn = call.delivery.function_arn;
  request.payload = call.event;
  request.mapping_uuid = call.delivery.mapping_uuid;
  request.attempt = call.delivery.attempt;
  request.at_work = std::move(call.work);
  const auto invocation = co_await invoke_in_any_case(means_.invoker, std::move(request));
  --in_flight_;
  // What the end of the program kept from the function says nothing about the function.
  const bool is_cut_off = is_stopping_ && invocation.result == Invocation::Result::throttled;
  if (!is_cut_off) report(std::move(call), invocation);
  bell_->ring();
}

void Driver::report(Call call, const Invocation& invocation) {
  auto& delivery = call.delivery;
  delivery.id = recorder_.next_id(mapping_->uuid);
  if (!call.is_again) history_.on_batch(delivery.started_at, delivery);
  delivery.request_id = invocation.request_id;
  delivery.duration = means_.clock.now() - delivery.started_at;
  delivery.fault = invocation.fault;
  last_error_.clear();
  switch (invocation.result) {
    case Invocation::Result::succeeded:
      ++counters_.invocations;
      on_reply(call, invocation, delivery);
      break;
    case Invocation::Result::failed:
      ++counters_.invocations;
      ++counters_.failures;
      counters_.messages_failed += call.numbers.size();
      delivery.outcome = Delivery::Outcome::failed;
      delivery.function_error = "Unhandled";
      machine_.on_failure(call.batch);
      forget(call.numbers);
      break;
    case Invocation::Result::throttled:
      ++counters_.throttles;
      delivery.outcome = Delivery::Outcome::throttled;
      machine_.on_throttle(call.batch, means_.clock.now());
      break;
  }
  if (invocation.result != Invocation::Result::succeeded) {
    delivery.set_error(invocation.error_type, invocation.error_message);
    last_error_ = delivery.error_text();
  }
  history_.on_attempt(means_.clock.now(), delivery);
  unsaved_.push_back(std::move(delivery));
  has_to_save_ = true;
  save();
}

/// Deletes what the function has dealt with. The rest comes back when it is visible again.
void Driver::on_reply(const Call& call, const Invocation& invocation, Delivery& delivery) {
  std::set<std::string> failed;
  if (mapping_->reports_batch_item_failures()) {
    const std::set<std::string> ids(delivery.message_ids.begin(), delivery.message_ids.end());
    const auto named = item_failures(invocation.payload, ids);
    failed = named.value_or(ids);
    if (!named) last_error_ = "the reply names no messages of the batch";
  }
  std::vector<std::string> done;
  for (const auto number : call.numbers) {
    const auto& kept = kept_.at(number);
    if (!failed.contains(kept.id)) done.push_back(kept.receipt_handle);
  }
  counters_.messages_delivered += done.size();
  counters_.messages_failed += call.numbers.size() - done.size();
  if (!failed.empty()) {
    ++counters_.failures;
    delivery.outcome =
        done.empty() ? Delivery::Outcome::failed : Delivery::Outcome::partially_failed;
    delivery.failed_message_ids.assign(failed.begin(), failed.end());
    delivery.error_message = last_error_;
  }
  if (!done.empty()) remove_messages(done);
  done.empty() ? machine_.on_failure(call.batch) : machine_.on_answered(call.batch, failed.empty());
  forget(call.numbers);
}

void Driver::release(const Release& release) {
  std::vector<std::uint64_t> numbers;
  std::vector<std::string> ids;
  for (const auto& message : release.messages) {
    numbers.push_back(message.number);
    ids.push_back(kept_.at(message.number).id);
  }
  history_.on_release(means_.clock.now(), ids);
  counters_.messages_released += numbers.size();
  has_to_save_ = true;
  machine_.on_released(release.batch);
  forget(numbers);
}

asio::awaitable<void> Driver::wait(std::optional<engine::TimePoint> until) {
  save();
  settled_.ring();
  const bool was_rung = co_await bell_->wait(until);
  if (was_rung) machine_.on_news(means_.queues.next_visible(queue_name_));
}

/// A message that cannot be deleted comes back, and is dealt with once more.
void Driver::remove_messages(const std::vector<std::string>& receipt_handles) {
  try {
    means_.queues.remove_messages(queue_name_, receipt_handles);
  } catch (const engine::ApiError&) {
    // The queue is gone, and they with it.
  } catch (const std::exception& error) {
    in_trouble("deleting messages", error);
  }
}

void Driver::forget(const std::vector<std::uint64_t>& numbers) {
  for (const auto number : numbers) kept_.erase(number);
}

/// What cannot be written down now is once there is something to write again.
void Driver::save() {
  if (!has_to_save_) return;
  try {
    std::vector<engine::Documents::Change> changes;
    changes.push_back(
        {documents_kind(mapping_->uuid), std::string(counters_id), counters_.encode()});
    recorder_.note(mapping_->uuid, unsaved_, history_, changes);
    means_.documents.commit(changes);
    unsaved_.clear();
    history_.clear();
    has_to_save_ = false;
  } catch (const std::exception& error) {
    in_trouble("writing down deliveries", error);
  }
}

void Driver::in_trouble(std::string_view doing, const std::exception& error) {
  if (trouble_.empty()) {
    spdlog::error("mapping {}, queue {}: {} failed: {}", mapping_->uuid, queue_name_, doing,
                  error.what());
  }
  trouble_ = error.what();
}

void Driver::stop() {
  is_stopping_ = true;
  bell_->ring();
}

void Driver::set_mapping(std::shared_ptr<const Mapping> mapping) {
  mapping_ = std::move(mapping);
  filter_ = FilterCriteria::compile(mapping_->filter_patterns);
  form_ = form_of(*mapping_);
  machine_.set_policy(policy_of(*mapping_, means_.backoff));
  bell_->ring();
}

Status Driver::status() const {
  auto status = written_status(means_, *mapping_);
  status.load = machine_.load();
  status.counters = counters_;
  status.trouble = trouble_;
  status.last_error = last_error_;
  return status;
}

}  // namespace mapping::queue
