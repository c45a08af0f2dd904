#include "mapping/registry.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <exception>
#include <utility>

#include "engine/api_error.h"
#include "engine/random.h"
#include "engine/stream/streams.h"
#include "mapping/function/function.h"
#include "mapping/invoker.h"
#include "mapping/queue/consumer.h"
#include "mapping/rules.h"
#include "mapping/shard/consumer.h"

namespace mapping {

namespace asio = boost::asio;

namespace {

constexpr std::string_view mapping_kind = "mapping";

engine::ApiError in_use(const std::string& verb) {
  return {"ResourceInUseException",
          "Cannot " + verb + " the event source mapping because it is in use."};
}

/// Something is still being done to it.
bool is_moving(MappingState state) {
  return state != MappingState::enabled && state != MappingState::disabled;
}

/// Carries `work` out on the mapping thread, and goes on where it was called.
template <typename T>
asio::awaitable<T> carried_out(asio::io_context& context, asio::awaitable<T> work) {
  co_return co_await asio::co_spawn(context, std::move(work), asio::use_awaitable);
}

}  // namespace

Registry::Registry(const Means& means)
    : means_(means),
      recorder_(means.documents),
      settled_(means.timeline),
      stopped_(means.timeline) {}

Registry::~Registry() = default;

// --- Called from any thread ---

asio::awaitable<void> Registry::stop() { return carried_out(means_.context, do_stop()); }

asio::awaitable<MappingView> Registry::create(MappingSpec spec, engine::Caller caller) {
  return carried_out(means_.context, do_create(std::move(spec), std::move(caller)));
}

asio::awaitable<MappingView> Registry::get(std::string uuid) {
  return carried_out(means_.context, do_get(std::move(uuid)));
}

asio::awaitable<MappingPage> Registry::list(MappingFilter filter, engine::Caller caller) {
  return carried_out(means_.context, do_list(std::move(filter), std::move(caller)));
}

asio::awaitable<MappingView> Registry::update(std::string uuid, MappingSpec change,
                                              engine::Caller caller) {
  return carried_out(means_.context,
                     do_update(std::move(uuid), std::move(change), std::move(caller)));
}

asio::awaitable<MappingView> Registry::remove(std::string uuid) {
  return carried_out(means_.context, do_remove(std::move(uuid)));
}

asio::awaitable<Tags> Registry::tags(std::string arn) {
  return carried_out(means_.context, do_tags(std::move(arn)));
}

asio::awaitable<void> Registry::tag(std::string arn, Tags tags) {
  auto change = [tags = std::move(tags)](Tags& all) {
    for (const auto& [key, value] : tags) all.insert_or_assign(key, value);
  };
  return carried_out(means_.context, do_change_tags(std::move(arn), std::move(change)));
}

asio::awaitable<void> Registry::untag(std::string arn, std::vector<std::string> keys) {
  auto change = [keys = std::move(keys)](Tags& all) {
    for (const auto& key : keys) all.erase(key);
  };
  return carried_out(means_.context, do_change_tags(std::move(arn), std::move(change)));
}

asio::awaitable<void> Registry::remove_all() {
  return carried_out(means_.context, do_remove_all());
}

asio::awaitable<MappingReport> Registry::report(std::string uuid) {
  return carried_out(means_.context, do_report(std::move(uuid)));
}

asio::awaitable<std::vector<MappingReport>> Registry::reports() {
  return carried_out(means_.context, do_reports());
}

asio::awaitable<Replayed> Registry::replay(std::string uuid, ReplayOrder order) {
  return carried_out(means_.context, do_replay(std::move(uuid), std::move(order)));
}

asio::awaitable<std::vector<Pending>> Registry::drain(engine::Duration timeout) {
  return carried_out(means_.context, do_drain(timeout));
}

// --- On the mapping thread ---

void Registry::start() {
  for (const auto& [uuid, bytes] : means_.documents.list(mapping_kind)) {
    recorder_.load(uuid);
    auto mapping = std::make_shared<Mapping>(Mapping::from_document(bytes));
    auto& entry = entries_[uuid];
    entry.mapping = mapping;
    if (mapping->is_deleted) {
      forget(uuid);
    } else if (mapping->is_enabled) {
      begin_work(entry);
    }
  }
}

asio::awaitable<void> Registry::do_stop() {
  is_stopping_ = true;
  std::vector<std::string> uuids;
  for (const auto& [uuid, entry] : entries_) uuids.push_back(uuid);
  for (const auto& uuid : uuids) end_work(entries_.at(uuid));
  for (const auto& uuid : uuids) {
    while (entries_.contains(uuid) && entries_.at(uuid).consumer) co_await stopped_.wait();
  }
  settled_.ring();
}

asio::awaitable<MappingView> Registry::do_create(MappingSpec spec, engine::Caller caller) {
  Mapping mapping;
  mapping.event_source_arn = spec.event_source_arn;
  mapping.function_arn = co_await function_arn(*spec.function_name, caller);
  if (mapping.source_kind() == SourceKind::stream) {
    mapping.starting_position = position_of(spec);
  } else {
    mapping.batch_size = 10;
  }
  mapping.apply(spec);
  mapping.tags = spec.tags;
  check_tags(mapping.tags);
  check_members(mapping);
  const auto timeout = co_await means_.invoker.timeout(mapping.function_arn);
  check_source(means_, mapping, timeout.value_or(engine::Duration(0)));
  refuse_duplicate(mapping);

  mapping.uuid = means_.random.uuid();
  auto arn = engine::Arn::parse(mapping.function_arn).value();
  arn.resource = "event-source-mapping:" + mapping.uuid;
  mapping.arn = arn.text();
  mapping.seed = means_.random.next();
  mapping.last_modified = means_.clock.now();

  recorder_.load(mapping.uuid);
  Entry entry;
  keep(entry, std::move(mapping));
  const auto& kept = entries_[entry.mapping->uuid] = entry;
  auto shown = view(kept);
  if (kept.mapping->is_enabled) {
    shown.state = MappingState::creating;
    begin_work(entries_.at(kept.mapping->uuid));
  }
  co_return shown;
}

asio::awaitable<MappingView> Registry::do_get(std::string uuid) { co_return view(entry(uuid)); }

asio::awaitable<MappingPage> Registry::do_list(MappingFilter filter, engine::Caller caller) {
  MappingPage page;
  std::string wanted;
  if (!filter.function_name.empty()) {
    const auto name = FunctionName::parse(filter.function_name);
    if (!name) co_return page;
    wanted = name->arn(caller);
    if (!name->qualifier.empty()) wanted += ":" + name->qualifier;
  }
  for (auto it = entries_.upper_bound(filter.after); it != entries_.end(); ++it) {
    const Mapping& mapping = *it->second.mapping;
    const bool is_asked_for =
        (filter.event_source_arn.empty() || mapping.event_source_arn == filter.event_source_arn) &&
        (wanted.empty() || mapping.function_arn == wanted);
    if (!is_asked_for) continue;
    if (page.mappings.size() == filter.limit) {
      page.is_last = false;
      break;
    }
    page.mappings.push_back(view(it->second));
  }
  co_return page;
}

asio::awaitable<MappingView> Registry::do_update(std::string uuid, MappingSpec change,
                                                 engine::Caller caller) {
  std::string function = entry(uuid).mapping->function_arn;
  if (change.function_name) function = co_await function_arn(*change.function_name, caller);
  const auto timeout = co_await means_.invoker.timeout(function);

  Entry& found = entry(uuid);
  const auto before = state(found);
  if (is_moving(before)) throw in_use("update");
  Mapping mapping = *found.mapping;
  const bool has_new_function = std::exchange(mapping.function_arn, function) != function;
  mapping.apply(change);
  check_members(mapping);
  if (mapping.is_enabled) check_visibility(means_, mapping, timeout.value_or(engine::Duration(0)));
  if (has_new_function) refuse_duplicate(mapping);
  mapping.last_modified = means_.clock.now();
  keep(found, std::move(mapping));

  auto shown = view(found);
  shown.state = MappingState::updating;
  if (found.mapping->is_enabled && before == MappingState::disabled) {
    shown.state = MappingState::enabling;
    begin_work(found);
  } else if (!found.mapping->is_enabled && before == MappingState::enabled) {
    shown.state = MappingState::disabling;
    // As in `remove_now`: what is at rest is disabled before the reply.
    const bool is_quick = found.consumer && !found.consumer->is_in_flight();
    end_work(found);
    while (is_quick && entries_.contains(uuid) && entries_.at(uuid).consumer) {
      co_await stopped_.wait();
    }
  } else if (found.consumer) {
    found.consumer->set_mapping(found.mapping);
  }
  settled_.ring();
  co_return shown;
}

asio::awaitable<MappingView> Registry::do_remove(std::string uuid) {
  if (is_moving(state(entry(uuid)))) throw in_use("delete");
  co_return co_await remove_now(std::move(uuid));
}

asio::awaitable<MappingView> Registry::remove_now(std::string uuid) {
  Entry& found = entry(uuid);
  Mapping mapping = *found.mapping;
  mapping.is_deleted = true;
  mapping.last_modified = means_.clock.now();
  keep(found, std::move(mapping));
  const auto shown = view(found);
  // What is at rest is gone before the reply; a batch that a function has may take its time.
  const bool is_quick = !found.consumer || !found.consumer->is_in_flight();
  end_work(found);
  while (is_quick && entries_.contains(uuid)) co_await stopped_.wait();
  settled_.ring();
  co_return shown;
}

asio::awaitable<Tags> Registry::do_tags(std::string arn) {
  co_return entry_of_arn(arn).mapping->tags;
}

asio::awaitable<void> Registry::do_change_tags(std::string arn, std::function<void(Tags&)> change) {
  Entry& found = entry_of_arn(arn);
  Mapping mapping = *found.mapping;
  change(mapping.tags);
  check_tags(mapping.tags);
  keep(found, std::move(mapping));
  co_return;
}

asio::awaitable<void> Registry::do_remove_all() {
  std::vector<std::string> uuids;
  for (const auto& [uuid, entry] : entries_) {
    if (!entry.mapping->is_deleted) uuids.push_back(uuid);
  }
  for (auto& uuid : uuids) {
    if (entries_.contains(uuid)) co_await remove_now(uuid);
  }
  while (!entries_.empty()) co_await stopped_.wait();
}

asio::awaitable<MappingReport> Registry::do_report(std::string uuid) {
  co_return report_of(entry(uuid));
}

asio::awaitable<std::vector<MappingReport>> Registry::do_reports() {
  std::vector<MappingReport> reports;
  for (const auto& [uuid, entry] : entries_) reports.push_back(report_of(entry));
  co_return reports;
}

asio::awaitable<Replayed> Registry::do_replay(std::string uuid, ReplayOrder order) {
  const auto mapping = entry(uuid).mapping;
  if (source_kind_of(mapping->event_source_arn) != SourceKind::stream) {
    throw engine::ApiError("InvalidParameterValueException",
                           "Only batches of streams can be replayed: a queue keeps no message that "
                           "was dealt with");
  }
  const auto stream = means_.streams.find(mapping->event_source_arn);
  if (!stream) {
    throw engine::ApiError("ResourceNotFoundException",
                           "No stream " + mapping->event_source_arn + ": its records are gone",
                           404);
  }
  const auto batch = find_batch(order, *mapping, *stream, means_.reader, recorder_);
  const auto event = event_of(batch, *stream, means_.reader);
  InvocationRequest request;
  request.arn = mapping->function_arn;
  request.payload = event;
  request.request_id = means_.random.uuid();
  request.mapping_uuid = uuid;
  auto invocation = co_await means_.invoker.invoke(std::move(request));

  auto replayed = judge_replay(batch, *mapping, std::move(invocation));
  if (!entries_.contains(uuid)) co_return replayed;  // It was deleted meanwhile.
  History history;
  history.on_replay(means_.clock.now(), replayed.delivery);
  std::vector<engine::Documents::Change> changes;
  recorder_.note(uuid, {}, history, changes);
  means_.documents.commit(changes);
  co_return replayed;
}

asio::awaitable<std::vector<Pending>> Registry::do_drain(engine::Duration timeout) {
  // A client waits in the machine's time: a frozen clock does not hang it.
  const auto is_over = std::make_shared<bool>(false);
  asio::steady_timer timer(means_.context, timeout);
  timer.async_wait([this, is_over](const boost::system::error_code& error) {
    if (error) return;
    *is_over = true;
    settled_.ring();
  });
  auto left = pending();
  while (!left.empty() && !*is_over) {
    co_await settled_.wait();
    if (is_stopping_) break;  // What is left stays until the next start.
    left = pending();
  }
  co_return left;
}

// --- What they share ---

asio::awaitable<std::string> Registry::function_arn(std::string name, engine::Caller caller) {
  auto arn = co_await means_.invoker.resolve(std::move(name), std::move(caller));
  if (!arn) throw invalid_parameter("Function does not exist");
  co_return *arn;
}

Registry::Entry& Registry::entry(const std::string& uuid) {
  const auto found = entries_.find(uuid);
  if (found == entries_.end()) {
    throw engine::ApiError("ResourceNotFoundException",
                           "The resource you requested does not exist.", 404);
  }
  return found->second;
}

Registry::Entry& Registry::entry_of_arn(const std::string& arn) {
  for (auto& [uuid, entry] : entries_) {
    if (entry.mapping->arn == arn) return entry;
  }
  throw engine::ApiError("ResourceNotFoundException", "Event source mapping not found: " + arn,
                         404);
}

MappingState Registry::state(const Entry& entry) const {
  if (entry.mapping->is_deleted) return MappingState::deleting;
  if (entry.mapping->is_enabled) return MappingState::enabled;
  return entry.consumer ? MappingState::disabling : MappingState::disabled;
}

MappingView Registry::view(const Entry& entry) const {
  return {*entry.mapping, state(entry), recorder_.last_processing_result(entry.mapping->uuid)};
}

MappingReport Registry::report_of(const Entry& entry) const {
  MappingReport report{.view = view(entry), .shards = {}};
  const auto stream = means_.streams.find(entry.mapping->event_source_arn);
  if (entry.consumer) {
    entry.consumer->report(report);
  } else if (entry.mapping->source_kind() == SourceKind::queue) {
    report_written_queue(means_, report);
  } else if (stream) {
    report_written(means_, *stream, report);
  }
  return report;
}

void Registry::refuse_duplicate(const Mapping& mapping) const {
  for (const auto& [uuid, other] : entries_) {
    if (other.mapping->is_deleted || other.mapping->event_source_arn != mapping.event_source_arn ||
        other.mapping->function_arn != mapping.function_arn) {
      continue;
    }
    throw duplicate_of(uuid, mapping);
  }
}

void Registry::keep(Entry& entry, Mapping mapping) {
  std::vector<engine::Documents::Change> changes;
  if (mapping.is_enabled && !mapping.has_begun) {
    if (const auto stream = means_.streams.find(mapping.event_source_arn)) {
      changes = starting_positions(mapping, *stream);
      mapping.has_begun = true;
    }
  }
  changes.push_back({std::string(mapping_kind), mapping.uuid, mapping.to_document()});
  means_.documents.commit(changes);
  entry.mapping = std::make_shared<Mapping>(std::move(mapping));
}

void Registry::begin_work(Entry& entry) {
  if (entry.mapping->source_kind() == SourceKind::queue) {
    const auto name = engine::queue_name_of_arn(entry.mapping->event_source_arn);
    if (!name || is_stopping_) return;
    entry.consumer =
        std::make_shared<QueueConsumer>(means_, recorder_, settled_, entry.mapping, *name);
    entry.consumer->start();
    return;
  }
  const auto stream = means_.streams.find(entry.mapping->event_source_arn);
  if (!stream || is_stopping_) return;  // A stream that is gone leaves its mapping as it is.
  entry.consumer =
      std::make_shared<StreamConsumer>(means_, recorder_, settled_, entry.mapping, stream);
  entry.consumer->start();
}

void Registry::end_work(Entry& entry) {
  const auto uuid = entry.mapping->uuid;
  if (!entry.consumer) return on_stopped(uuid);
  const auto consumer = entry.consumer;  // Outlives the call, which may let go of it.
  consumer->stop([this, uuid] { on_stopped(uuid); });
}

void Registry::on_stopped(const std::string& uuid) {
  auto& entry = entries_.at(uuid);
  entry.consumer.reset();
  if (entry.mapping->is_deleted) forget(uuid);
  stopped_.ring();
  settled_.ring();
}

void Registry::forget(const std::string& uuid) {
  try {
    recorder_.forget(uuid);
    means_.documents.remove_all(shard_documents_kind(uuid));
    means_.documents.remove_all(queue::documents_kind(uuid));
    means_.documents.remove(mapping_kind, uuid);
  } catch (const std::exception& error) {
    // It is written down as deleted: the next start tries again.
    spdlog::error("mapping {}: what is kept of it cannot be removed: {}", uuid, error.what());
  }
  entries_.erase(uuid);
}

std::vector<Pending> Registry::pending() const {
  std::vector<Pending> all;
  for (const auto& [uuid, entry] : entries_) {
    if (state(entry) != MappingState::enabled || !entry.consumer) continue;
    for (auto& pending : pending_of(report_of(entry))) all.push_back(std::move(pending));
  }
  return all;
}

}  // namespace mapping
